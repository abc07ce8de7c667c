"""The walk through a network: its steps, which of them run as one, and how what was walked before is done at once."""

from adim.walk.joining import Step as Step, joined as joined, steps as steps
from adim.walk.replay import Replay as Replay, Replays as Replays
