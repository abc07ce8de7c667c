"""Images and labels from wherever they are: digits that come with the package, HDF5, npz, IDX, folders of pictures.

Every reader returns a `Dataset`: images to train on and images to test on, each an `Images` with pixels, labels and
class names. `load` takes a name or a path and finds the reader.
"""

from adim.datasets.digits_file import digits
from adim.datasets.hdf5_file import hdf5
from adim.datasets.idx_file import idx
from adim.datasets.image_folder import folder
from adim.datasets.images import Dataset, Images
from adim.datasets.loading import load
from adim.datasets.npz_file import npz
from adim.datasets.picture import read_image

__all__ = ["Dataset", "Images", "digits", "folder", "hdf5", "idx", "load", "npz", "read_image"]
