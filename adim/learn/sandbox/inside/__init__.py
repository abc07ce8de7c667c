"""What runs in the sandbox's own process: nothing here imports adim, for it would be in a submission's reach.

The worker loads these files one by one from where they lie; the rest of the course may import them as usual.
"""
