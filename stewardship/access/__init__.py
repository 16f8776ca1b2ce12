"""The door: who comes in, what each may do and see."""
