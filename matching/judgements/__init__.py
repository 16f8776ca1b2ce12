"""What people say of pairs: what they are asked, how far they agree, what their answers teach and measure."""
