"""A program that runs every kind of kernel once, for machines with other instructions than this one.

``everything.py compare`` compares the results with NumPy's engine, with the instructions that ``ADIM_INSTRUCTIONS``
names, and prints their name and the largest differences. ``everything.py neon`` runs nothing, but compiles what an Arm
processor would run, and prints for each kernel how many of some instructions its assembly has. Both print JSON.
"""

import json
import re
import sys

import numpy as np
from llvmlite import binding as llvm, ir

from adim import engines, ops
from adim.engines.compiled import library, processor, threads
from adim.engines.rules import AdaptiveMoments, Momentum, RootMeanSquare, Rule

CONVOLUTIONS = {  # x, kernel, attributes
    "many channels": ((2, 9, 10, 40), (3, 3, 40, 37), {"padding": "same", "strides": 2}),
    "few channels": ((2, 9, 10, 3), (5, 5, 3, 6), {}),
    "pointwise": ((3, 7, 9, 32), (1, 1, 32, 64), {}),
    "crowded": ((1, 14, 14, 1024), (1, 1, 1024, 64), {}),
    "dilated groups": ((2, 11, 10, 12), (3, 3, 6, 10), {"dilation_rate": 2, "groups": 2, "padding": 2}),
    "winograd": ((2, 17, 18, 32), (3, 3, 32, 48), {"padding": "same"}),
    "depthwise": ((2, 12, 13, 24), (3, 3, 1, 24), {"groups": 24, "padding": "same"}),
    "depthwise, stride 2": ((2, 12, 13, 5), (3, 3, 1, 10), {"groups": 5, "strides": 2}),
}


def results(engine, size):
    """Return what every operation gives, by name."""
    rng = np.random.default_rng(0)

    def draw(*shape):
        return rng.standard_normal(shape).astype(f"f{size}")

    found = {}
    for name, (shape, filters, attributes) in CONVOLUTIONS.items():
        x, kernel, bias = draw(*shape), draw(*filters), draw(filters[3])
        attributes = {**attributes, "engine": engine}
        y = ops.conv2d(x, kernel, bias, relu=True, **attributes)
        grad = draw(*y.shape)
        found[f"{name}, forward"] = y
        found[f"{name}, input gradient"] = ops.conv2d_input_gradient(grad, kernel, x.shape, **attributes)
        dkernel, dbias = ops.conv2d_kernel_gradient(grad, x, kernel.shape, **attributes)
        found[f"{name}, kernel gradient"], found[f"{name}, bias gradient"] = dkernel, dbias
    for channels in (1, 3, 8, 40, 64):
        x = draw(2, 12, 13, channels)
        for pool, strides in ((2, 2), (3, 2), (3, 1)):
            name = f"{channels} channels, {pool}x{pool}/{strides}"
            attributes = {"strides": strides, "engine": engine}
            y = ops.max_pool2d(x, pool, **attributes)
            grad = draw(*y.shape)
            found[f"maximum of {name}"] = y
            found[f"gradient of it, {name}"] = ops.max_pool2d_backward(grad, x, y, pool, **attributes)
            found[f"mean of {name}"] = ops.avg_pool2d(x, pool, **attributes)
            found[f"gradient of it, {name} "] = ops.avg_pool2d_backward(grad, x.shape, pool, **attributes)
        found[f"global mean, {channels}"] = ops.global_avg_pool2d(x, engine=engine)
        found[f"relu, {channels}"] = ops.relu(x, engine=engine)
        found[f"gradient of it, {channels}"] = ops.relu_backward(draw(*x.shape), x, engine=engine)
        found[f"rescaled, {channels}"] = ops.rescale(x, 0.3, 7, engine=engine)
        found[f"softmax, {channels}"] = ops.softmax(x, engine=engine)
        found[f"sum, {channels}"] = ops.add([x, draw(*x.shape)], relu=True, engine=engine)
        chosen = engines.choose(engine)
        scale, offset = draw(channels), draw(channels)
        y, moments = chosen.batch_normalization(x, scale, offset, 1e-3)
        found[f"normalised, {channels}"] = y
        folded = chosen.fold_normalization(draw(3, 3, 2, channels), offset, scale, offset**2, scale, offset, 1e-3)
        found.update({f"folded {number}, {channels}": array for number, array in enumerate(folded)})
        backward = chosen.batch_normalization_backward(
            draw(*x.shape), x, scale, offset, 1e-3, moments, of_batch=True, relu=True
        )
        found.update({f"gradient {number} of it, {channels}": array for number, array in enumerate(backward)})
    x, weights = draw(9, 50), draw(50, 21)
    y = ops.dense(x, weights, draw(21), engine=engine)
    found["dense"] = y
    found.update(
        {f"dense, gradient {n}": array for n, array in enumerate(ops.dense_backward(y, x, weights, engine=engine))}
    )
    for formula, slots in (
        (Momentum(0.1, 0.9, nesterov=True), 1),
        (RootMeanSquare(0.01, 0.9, 0.5, 1e-7, centered=True), 3),
        (AdaptiveMoments(0.01, 0.9, 0.999, 1e-7, amsgrad=True), 3),
    ):
        parameter, state = draw(301), np.zeros((slots, 301), f"f{size}")
        engines.choose(engine).update(Rule(formula, 0.99, 0.5), [parameter], [draw(301)], [state], [0.7])
        found[type(formula).__name__] = parameter
    return found


def compare():
    """Return the instruction set, and how far results lie apart, in parts of the largest magnitude."""
    differences = {}
    for size in (4, 8):
        found, expected = (results(engine, size) for engine in ("compiled", "vectorised"))
        for name, right in expected.items():
            assert found[name].dtype == right.dtype, name
            apart = np.max(np.abs(found[name] - right)) / np.max(np.abs(right))
            differences[f"{name}, float{8 * size}"] = float(apart)
    return {"instructions": processor.instruction_set().name, "differences": differences}


def counts(assembly):
    """Return how many instructions of some kinds there are."""
    kinds = {
        "multiplications": r"\s+fmla\s+v\d+\.(4s|2d)",
        "spills": r"\s+(str|stp|ldr|ldp)\s+q.*\[sp",
        "calls": r"\s+bl\s+(?!mem)",
        "hints": r"\s+yield",
    }
    lines = assembly.splitlines()
    return {kind: sum(bool(re.match(pattern, line)) for line in lines) for kind, pattern in kinds.items()}


def neon():
    """Return how many instructions of some kinds each kernel has on an Arm processor."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    target = llvm.Target.from_triple("aarch64-unknown-linux-gnu").create_target_machine(
        cpu="cortex-a76", features="+neon", opt=2, jit=True
    )
    found = {}

    def address(name, write):
        if name not in found:
            module = ir.Module(name)
            module.triple = target.triple
            write(module)
            found[name] = counts(target.emit_assembly(library.optimised(str(module), target)))
        return 8

    processor.host = lambda: ("cortex-a76", {"neon": True, "fp-armv8": True})
    library.address = address
    threads.Pool.run = lambda *_: None
    threads.Pool.__init__ = lambda pool, count: setattr(pool, "count", count)
    for write, arguments in ((threads._alone, 3), (threads._lead, 5), (threads._follow, 2)):
        threads._function(write, arguments)
    with np.errstate(all="ignore"):
        for size in (4, 8):
            results("compiled", size)
    return found


if __name__ == "__main__":
    json.dump({"compare": compare, "neon": neon}[sys.argv[1]](), sys.stdout)
