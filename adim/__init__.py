"""adim: convolutional networks you can read, trust and use."""

__version__ = "0.1.0"
