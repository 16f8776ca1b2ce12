"""`python -m pipelines` is the command `customer-hub`."""

from pipelines.commands import main

main()
