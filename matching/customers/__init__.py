"""Customers that last: their ids, their golden values, their households, and what stewards correct."""
