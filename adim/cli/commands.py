"""The commands: what each takes, what its help says, and the one call that it makes."""

# ruff: noqa: D301 - a backspace is Typer's mark for lines that are to stay as they are
from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from glob import escape, glob
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from adim import __version__
from adim.cli import course

app = typer.Typer(
    name="adim",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help keeps the examples' lines, and is there at once
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
A first run:
  adim train                                   scanned digits, built in; under a minute
  adim predict runs/digits-1/model.safetensors five.png

\b
Exit codes: 0 good, 2 bad usage or input, 1 anything else.
""",
)


app.add_typer(course.app)


class Part(StrEnum):
    """Which images of a data set to judge a model on."""

    test = "test"
    train = "train"
    all = "all"


class Format(StrEnum):
    """How to print predictions."""

    table = "table"
    csv = "csv"
    json = "json"


class Measured(StrEnum):
    """What `adim bench` can measure."""

    layers = "layers"
    training = "training"
    start = "start"


class Dtype(StrEnum):
    """What layers compute in."""

    float32 = "float32"
    float64 = "float64"


class TableFormat(StrEnum):
    """How to print measurements."""

    table = "table"
    json = "json"


class Size(NamedTuple):
    """Height and width to bring pictures to."""

    height: int
    width: int


def _size(text: str) -> Size:
    """Read ``64`` or ``48x64``, height x width."""
    found = re.fullmatch(r"([1-9]\d*)(?:x([1-9]\d*))?", text)
    if found is None:
        raise typer.BadParameter(f"a size is written 64, or 48x64 (height x width), of pixels; got {text!r}")
    return Size(int(found[1]), int(found[2] or found[1]))


def _files(incomplete: str) -> Iterator[str]:
    """Complete the name of a data set."""
    if "digits".startswith(incomplete):
        yield "digits"
    for name in glob(f"{escape(incomplete)}*"):  # noqa: PTH207 - Path.glob would drop the ./ that was typed
        yield f"{name}/" if Path(name).is_dir() else name


def _networks(incomplete: str) -> Iterator[str]:
    """Complete the name of a network."""
    from adim.networks import NETWORKS  # noqa: PLC0415 - only when needed

    yield from (name for name in NETWORKS if name.startswith(incomplete))


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"adim {__version__}")
        raise typer.Exit


Model = Annotated[Path, typer.Argument(help="A model file: model.safetensors of a run folder.", show_default=False)]
SkipUnreadable = Annotated[
    bool, typer.Option("--skip-unreadable", help="Leave out pictures in a folder that cannot be read, and name them.")
]


@app.callback()
def adim(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version, and exit.")
    ] = False,
) -> None:
    """Convolutional networks on your own images: train, evaluate, predict."""


@app.command()
def train(
    data: Annotated[
        str,
        typer.Argument(
            help="digits (built in); one of the course's .h5 files; an .npz file; a folder with MNIST's files, or with "
            "one subfolder of pictures per class.",
            autocompletion=_files,
        ),
    ] = "digits",
    network: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE",
            help="A built-in network (signs, lenet, vgg, resnet), or a JSON file that describes one.",
            show_default="by the number of images",
            autocompletion=_networks,
        ),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="How often to go through the images.", show_default="by the number of images"
        ),
    ] = None,
    batch_size: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="How many images to learn from at a time.", show_default="by the number of images"
        ),
    ] = None,
    optimizer: Annotated[
        str | None, typer.Option(metavar="NAME", help="adamw, adam, rmsprop or sgd.", show_default="adamw")
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(
            metavar="RATE",
            help="The highest learning rate; it climbs there, and falls along a cosine.",
            show_default="by the number of images",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="The same seed makes the same network.")] = 0,
    augment: Annotated[bool, typer.Option(help="Shift the images at random while training.")] = True,
    mirror: Annotated[
        bool | None,
        typer.Option(help="Mirror them, too, left to right.", show_default="for images in colour"),
    ] = None,
    validation: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=0.9,
            metavar="FRACTION",
            help="How much of the training images is set aside to choose the best epoch by; 0 for none.",
            show_default="by the number of images",
        ),
    ] = None,
    patience: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="EPOCHS", help="Stop when so many epochs in a row were no better.", show_default="never"
        ),
    ] = None,
    size: Annotated[
        Size | None,
        typer.Option(
            parser=_size,
            metavar="N|HxW",
            help="Bring the pictures in a folder to this size.",
            show_default="their median",
        ),
    ] = None,
    skip_unreadable: SkipUnreadable = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FOLDER", help="The run folder to make.", show_default="runs/DATA-NUMBER"
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Train a network, and leave a run folder.

    The folder holds the model, its history, pictures and a report that shows them. Ctrl-C ends the training early and
    keeps the best model so far.

    \b
    Examples:
      adim train                              digits, built in
      adim train photos/ --size 64            one subfolder of pictures per class
      adim train train_catvnoncat.h5          the course's files; the test file is found beside it
      adim train mnist/ --network lenet --epochs 5
      adim train photos/ --validation 0.2 --patience 10 -o runs/photos
    """
    from adim import runs  # noqa: PLC0415 - only when needed
    from adim.cli import printing  # noqa: PLC0415 - only when needed

    run = runs.train(
        data,
        network=network,
        epochs=epochs,
        batch_size=batch_size,
        optimizer=optimizer,
        learning_rate=learning_rate,
        seed=seed,
        augment=augment,
        mirror=mirror,
        validation=validation,
        patience=patience,
        size=size,
        skip_unreadable=skip_unreadable,
        output=output,
        tell=None if quiet else typer.echo,
    )
    printing.print_run(run)


@app.command()
def evaluate(
    model: Model,
    data: Annotated[str, typer.Argument(help="What `adim train` takes.", autocompletion=_files, show_default=False)],
    part: Annotated[
        Part,
        typer.Option(help="Which images. Data without a test part are split as training splits them."),
    ] = Part.test,
    skip_unreadable: SkipUnreadable = False,
) -> None:
    """Judge a model on data whose classes are known.

    \b
    Examples:
      adim evaluate runs/digits-1/model.safetensors digits
      adim evaluate model.safetensors photos/ --part all
    """
    from adim import runs  # noqa: PLC0415 - only when needed
    from adim.cli import printing  # noqa: PLC0415 - only when needed

    evaluation = runs.evaluate(model, data, part=part.value, skip_unreadable=skip_unreadable)
    printing.print_evaluation(evaluation, part.value)


@app.command()
def predict(
    model: Model,
    images: Annotated[list[Path], typer.Argument(help="Pictures: PNG, JPEG and the like.", show_default=False)],
    top: Annotated[int, typer.Option(min=1, metavar="N", help="How many classes to name, the likeliest first.")] = 3,
    output_format: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.table,
) -> None:
    """Say what pictures show.

    Each gets its likeliest classes with their probabilities.

    \b
    Examples:
      adim predict model.safetensors cat.jpg
      adim predict model.safetensors *.png --top 1 --format csv > classes.csv
    """
    from adim import runs  # noqa: PLC0415 - only when needed
    from adim.cli import printing  # noqa: PLC0415 - only when needed

    printing.print_predictions(runs.predict(model, images, top=top), output_format.value)


@app.command()
def summary(model: Model) -> None:
    """Print a model's layers.

    Each with its output shape and its number of parameters.

    \b
    Example:
      adim summary model.safetensors
    """
    from adim import runs  # noqa: PLC0415 - only when needed

    typer.echo(runs.summary(model))


@app.command()
def bench(
    parts: Annotated[
        list[Measured] | None,
        typer.Argument(metavar="layers|training|start", help="What to measure.", show_default="all"),
    ] = None,
    dtype: Annotated[Dtype, typer.Option(help="What layers compute in.")] = Dtype.float32,
    threads: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="How many threads compute.", show_default="one a processor"),
    ] = None,
    seconds: Annotated[
        float,
        typer.Option(min=0, max=3600, metavar="SECONDS", help="How long each thing is timed; 0.05 for a quick look."),
    ] = 0.3,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="Where to leave speed.json and a picture: a new folder, or that of an earlier `adim bench`.",
            show_default="nowhere",
        ),
    ] = None,
    output_format: Annotated[TableFormat, typer.Option("--format", help="How to print it.")] = TableFormat.table,
) -> None:
    """Measure how fast adim is on this machine.

    Layers, each pass alone, beside what the machine could do; training and inference of the built-in networks; the
    start of a program.

    \b
    Examples:
      adim bench
      adim bench layers --threads 1 --dtype float64
      adim bench -o speed --format json
    """
    from adim import runs  # noqa: PLC0415 - only when needed
    from adim.cli import printing  # noqa: PLC0415 - only when needed

    found = runs.bench(
        [part.value for part in parts] if parts else runs.PARTS,
        dtype=dtype.value,
        threads=threads,
        seconds=seconds,
        output=output,
        tell=lambda text: typer.echo(text, err=True),
    )
    printing.print_speed(found, output_format.value)


@app.command()
def info() -> None:
    """Print versions, engines, cores and BLAS.

    \b
    Example:
      adim info
    """
    from adim import runs  # noqa: PLC0415 - only when needed
    from adim.cli import printing  # noqa: PLC0415 - only when needed

    printing.print_pairs(runs.info())


@app.command()
def warmup(
    models: Annotated[
        list[Path] | None,
        typer.Argument(help="Model files.", metavar="[MODEL]...", show_default="the built-in networks"),
    ] = None,
    batch_size: Annotated[int, typer.Option(min=1, max=65536, metavar="N", help="How many images at a time.")] = 32,
) -> None:
    """Compile ahead what networks need.

    The code is kept for later programs, so they hardly wait for the compiler; with another number of images at a time
    they may, for a moment.

    \b
    Examples:
      adim warmup
      adim warmup runs/digits-1/model.safetensors --batch-size 64
    """
    from adim import runs  # noqa: PLC0415 - only when needed

    done = runs.warmup(models or (), batch_size=batch_size)
    typer.echo(f"{done.kernels} kernels for {done.networks} networks, in {done.seconds} s, are kept in {done.folder}")
