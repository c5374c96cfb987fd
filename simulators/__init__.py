"""simulators: the world outside, played by programs of its own.

Each folder speaks one outside party's wire protocol so well that the product cannot tell.
A simulator never imports the product, and the product never imports a simulator.
"""
