"""The convolutions: plain, depthwise, separable, transposed."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from adim import activations, initializers, ops
from adim.activations import Activation
from adim.arrays import FloatArray, Shape
from adim.geometry import Pair, integer, pair, transposed_window, window
from adim.initializers import Initializer
from adim.layers.activation import ActivatedLayer
from adim.layers.arguments import border, channels_last, image
from adim.layers.base import Gradients, LayerArguments


class _Convolution(ActivatedLayer):
    """What the convolutions share: windows over images, a bias, an activation."""

    def __init__(
        self,
        kernel_size: Pair,
        strides: Pair,
        padding: str,
        data_format: str | None,
        dilation_rate: Pair,
        activation: str | Activation | None,
        use_bias: bool,
        bias_initializer: str | Initializer,
        **common: Unpack[LayerArguments],
    ) -> None:
        super().__init__(activation, **common)
        self.data_format = channels_last(data_format)
        self.kernel_size = pair("kernel_size", kernel_size)
        self.strides = pair("strides", strides)
        self.padding = border(padding)
        self.dilation_rate = pair("dilation_rate", dilation_rate)
        self.use_bias = bool(use_bias)
        self.bias_initializer = initializers.get(bias_initializer)

    @property
    def _windows(self) -> dict[str, Any]:
        """Where the windows stand, in the words of `adim.ops` and `adim.geometry`."""
        return {"strides": self.strides, "padding": self.padding, "dilation_rate": self.dilation_rate}

    def _output(self, input_shape: Shape, filters: int) -> Shape:
        n_H, n_W, _ = image(input_shape)
        return (*window((n_H, n_W), self.kernel_size, **self._windows).output, filters)

    def _with_bias(self, gradients: Gradients, dbias: FloatArray) -> Gradients:
        return {**gradients, "bias": dbias} if self.use_bias else gradients

    def _create_bias(self, filters: int, rng: np.random.Generator, dtype: npt.DTypeLike) -> None:
        if self.use_bias:
            self.parameters["bias"] = self.bias_initializer((filters,), rng, dtype)


class Conv2D(_Convolution):
    """Convolve images with a bank of filters, each as deep as the images (or as one group of their channels).

    Parameters
    ----------
    filters : int
        How many filters, which is how many channels the output has.
    kernel_size, strides, dilation_rate : int or (int, int)
        The filters' size, the steps from window to window, and those from tap to tap.
    padding : {"valid", "same"}
        None, or as much as gives ``ceil(n / stride)`` outputs for n pixels.
    data_format : {"channels_last"}, optional
        Taken for Keras's sake; there is no other layout.
    groups : int, default 1
        Into how many groups the channels and the filters are parted; divides both.
    activation : str or Activation, optional
        See `adim.activations`.
    use_bias : bool, default True
        Whether a bias is added.
    kernel_initializer, bias_initializer : str or Initializer
        See `adim.initializers`.
    **common
        The arguments of every `Layer`.

    Notes
    -----
    Parameters are ``kernel`` (fh, fw, n_C / groups, filters) and ``bias`` (filters,).

    Examples
    --------
    >>> layer = Conv2D(8, 4, padding="same")
    >>> layer.build((64, 64, 3), np.random.default_rng(0))
    >>> layer.compute_output_shape((64, 64, 3)), layer.count_params()
    ((64, 64, 8), 392)
    """

    last_kernel = "kernel"

    def __init__(
        self,
        filters: int,
        kernel_size: Pair,
        strides: Pair = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Pair = (1, 1),
        groups: int = 1,
        activation: str | Activation | None = None,
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        **common: Unpack[LayerArguments],
    ) -> None:
        windows = kernel_size, strides, padding, data_format, dilation_rate
        super().__init__(*windows, activation, use_bias, bias_initializer, **common)
        self.filters = integer("filters", filters, at_least=1)
        self.groups = integer("groups", groups, at_least=1)
        if self.filters % self.groups:
            raise ValueError(f"groups must divide filters; got groups={groups} and filters={filters}")
        self.kernel_initializer = initializers.get(kernel_initializer)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return ``(n_H, n_W, filters)``."""
        shape = self._output(input_shape, self.filters)
        if input_shape[-1] % self.groups:
            raise ValueError(
                f"groups must divide the channels; got groups={self.groups} for images of shape {input_shape}"
            )
        return shape

    def create_parameters(self, input_shape: Shape, rng: np.random.Generator, dtype: npt.DTypeLike) -> None:
        """Make the kernel and the bias."""
        shape = (*self.kernel_size, input_shape[-1] // self.groups, self.filters)
        self.parameters["kernel"] = self.kernel_initializer(shape, rng, dtype)
        self._create_bias(self.filters, rng, dtype)

    def pre_activation(self, x: FloatArray, *, relu: bool) -> tuple[FloatArray, FloatArray]:
        """Return the convolution, and the input."""
        kernel, bias = self.parameters["kernel"], self.parameters.get("bias")
        return ops.conv2d(x, kernel, bias, groups=self.groups, relu=relu, **self._windows), x

    def pre_activation_backward(
        self, grad: FloatArray, cache: FloatArray, *, input_gradient: bool
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradients; see `ActivatedLayer`."""
        x, kernel = cache, self.parameters["kernel"]
        how = {"groups": self.groups, **self._windows}
        dkernel, dbias = ops.conv2d_kernel_gradient(grad, x, kernel.shape, **how)
        dx = ops.conv2d_input_gradient(grad, kernel, x.shape, **how) if input_gradient else None
        return dx, self._with_bias({"kernel": dkernel}, dbias)


class DepthwiseConv2D(_Convolution):
    """Convolve every channel with filters of its own, which see no other channel.

    Parameters
    ----------
    kernel_size, strides, padding, data_format, dilation_rate
        As for `Conv2D`.
    depth_multiplier : int, default 1
        How many filters a channel has.
    activation, use_bias, bias_initializer
        As for `Conv2D`.
    depthwise_initializer : str or Initializer
        What fills the kernel.
    **common
        The arguments of every `Layer`.

    Notes
    -----
    Parameters are ``kernel`` (fh, fw, n_C, depth_multiplier) and ``bias`` (n_C * depth_multiplier,). The outputs of a
    channel stand side by side.

    Examples
    --------
    >>> layer = DepthwiseConv2D(3, depth_multiplier=2)
    >>> layer.build((8, 8, 16), np.random.default_rng(0))
    >>> layer.compute_output_shape((8, 8, 16)), layer.count_params()
    ((6, 6, 32), 320)
    """

    last_kernel = "kernel"

    def __init__(
        self,
        kernel_size: Pair,
        strides: Pair = (1, 1),
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Pair = (1, 1),
        activation: str | Activation | None = None,
        use_bias: bool = True,
        depthwise_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        **common: Unpack[LayerArguments],
    ) -> None:
        windows = kernel_size, strides, padding, data_format, dilation_rate
        super().__init__(*windows, activation, use_bias, bias_initializer, **common)
        self.depth_multiplier = integer("depth_multiplier", depth_multiplier, at_least=1)
        self.depthwise_initializer = initializers.get(depthwise_initializer)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return ``(n_H, n_W, n_C * depth_multiplier)``."""
        return self._output(input_shape, input_shape[-1] * self.depth_multiplier)

    def create_parameters(self, input_shape: Shape, rng: np.random.Generator, dtype: npt.DTypeLike) -> None:
        """Make the kernel and the bias."""
        n_C = input_shape[-1]
        shape = (*self.kernel_size, n_C, self.depth_multiplier)
        self.parameters["kernel"] = self.depthwise_initializer(shape, rng, dtype)
        self._create_bias(n_C * self.depth_multiplier, rng, dtype)

    def pre_activation(self, x: FloatArray, *, relu: bool) -> tuple[FloatArray, FloatArray]:
        """Return the convolution, and the input."""
        kernel, bias = _grouped(self.parameters["kernel"]), self.parameters.get("bias")
        return ops.conv2d(x, kernel, bias, groups=x.shape[-1], relu=relu, **self._windows), x

    def pre_activation_backward(
        self, grad: FloatArray, cache: FloatArray, *, input_gradient: bool
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradients; see `ActivatedLayer`."""
        dx, dkernel, dbias = _depthwise_backward(
            grad, cache, self.parameters["kernel"], self._windows, input_gradient=input_gradient
        )
        return dx, self._with_bias({"kernel": dkernel}, dbias)


class SeparableConv2D(_Convolution):
    """A depthwise convolution that looks around, then a 1x1 convolution that mixes the channels.

    Parameters
    ----------
    filters : int
        How many channels the output has.
    kernel_size, strides, padding, data_format, dilation_rate
        As for `Conv2D`, of the depthwise convolution.
    depth_multiplier : int, default 1
        How many filters a channel has in the depthwise convolution.
    activation, use_bias, bias_initializer
        As for `Conv2D`.
    depthwise_initializer, pointwise_initializer : str or Initializer
        What fills the two kernels.
    **common
        The arguments of every `Layer`.

    Notes
    -----
    Parameters are ``depthwise_kernel`` (fh, fw, n_C, depth_multiplier), ``pointwise_kernel``
    (1, 1, n_C * depth_multiplier, filters) and ``bias`` (filters,).

    Examples
    --------
    >>> layer = SeparableConv2D(32, 3)
    >>> layer.build((8, 8, 16), np.random.default_rng(0))
    >>> layer.compute_output_shape((8, 8, 16)), layer.count_params()
    ((6, 6, 32), 688)
    """

    last_kernel = "pointwise_kernel"

    def __init__(
        self,
        filters: int,
        kernel_size: Pair,
        strides: Pair = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Pair = (1, 1),
        depth_multiplier: int = 1,
        activation: str | Activation | None = None,
        use_bias: bool = True,
        depthwise_initializer: str | Initializer = "glorot_uniform",
        pointwise_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        **common: Unpack[LayerArguments],
    ) -> None:
        windows = kernel_size, strides, padding, data_format, dilation_rate
        super().__init__(*windows, activation, use_bias, bias_initializer, **common)
        self.filters = integer("filters", filters, at_least=1)
        self.depth_multiplier = integer("depth_multiplier", depth_multiplier, at_least=1)
        self.depthwise_initializer = initializers.get(depthwise_initializer)
        self.pointwise_initializer = initializers.get(pointwise_initializer)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return ``(n_H, n_W, filters)``."""
        return self._output(input_shape, self.filters)

    def create_parameters(self, input_shape: Shape, rng: np.random.Generator, dtype: npt.DTypeLike) -> None:
        """Make the two kernels and the bias."""
        n_C, multiplier = input_shape[-1], self.depth_multiplier
        depthwise, pointwise = (*self.kernel_size, n_C, multiplier), (1, 1, n_C * multiplier, self.filters)
        self.parameters["depthwise_kernel"] = self.depthwise_initializer(depthwise, rng, dtype)
        self.parameters["pointwise_kernel"] = self.pointwise_initializer(pointwise, rng, dtype)
        self._create_bias(self.filters, rng, dtype)

    def pre_activation(self, x: FloatArray, *, relu: bool) -> tuple[FloatArray, tuple[FloatArray, FloatArray]]:
        """Return the two convolutions' output; the input, and what stood between the two."""
        depthwise = _grouped(self.parameters["depthwise_kernel"])
        between = ops.conv2d(x, depthwise, groups=x.shape[-1], **self._windows)
        z = ops.conv2d(between, self.parameters["pointwise_kernel"], self.parameters.get("bias"), relu=relu)
        return z, (x, between)

    def pre_activation_backward(
        self, grad: FloatArray, cache: tuple[FloatArray, FloatArray], *, input_gradient: bool
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradients; see `ActivatedLayer`."""
        x, between = cache
        grad, dpointwise, dbias = ops.conv2d_backward(grad, between, self.parameters["pointwise_kernel"])
        dx, ddepthwise, _ = _depthwise_backward(
            grad, x, self.parameters["depthwise_kernel"], self._windows, input_gradient=input_gradient
        )
        return dx, self._with_bias({"depthwise_kernel": ddepthwise, "pointwise_kernel": dpointwise}, dbias)


class Conv2DTranspose(_Convolution):
    """Spread every pixel over a window: a convolution run backwards, which enlarges images.

    Parameters
    ----------
    filters : int
        How many channels the output has.
    kernel_size, strides, data_format, dilation_rate
        As for `Conv2D`, with the windows standing in the output.
    padding : {"valid", "same"}
        "same" makes ``n * stride`` pixels of n, "valid" all that the windows reach.
    output_padding : int or (int, int), optional
        Rows and columns added at the bottom and right; see `adim.geometry.transposed_window`.
    activation, use_bias, kernel_initializer, bias_initializer
        As for `Conv2D`.
    **common
        The arguments of every `Layer`.

    Notes
    -----
    Parameters are ``kernel`` (fh, fw, filters, n_C) and ``bias`` (filters,).

    Examples
    --------
    >>> layer = Conv2DTranspose(8, 3, strides=2, padding="same")
    >>> layer.build((8, 8, 16), np.random.default_rng(0))
    >>> layer.compute_output_shape((8, 8, 16)), layer.count_params()
    ((16, 16, 8), 1160)
    """

    def __init__(
        self,
        filters: int,
        kernel_size: Pair,
        strides: Pair = (1, 1),
        padding: str = "valid",
        output_padding: Pair | None = None,
        data_format: str | None = None,
        dilation_rate: Pair = (1, 1),
        activation: str | Activation | None = None,
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        **common: Unpack[LayerArguments],
    ) -> None:
        windows = kernel_size, strides, padding, data_format, dilation_rate
        super().__init__(*windows, activation, use_bias, bias_initializer, **common)
        self.filters = integer("filters", filters, at_least=1)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.output_padding = None if output_padding is None else pair("output_padding", output_padding, at_least=0)
        if self.output_padding is not None and any(
            extra >= stride for extra, stride in zip(self.output_padding, self.strides, strict=True)
        ):
            raise ValueError(f"output_padding must be smaller than strides; got {output_padding} and strides={strides}")

    @property
    def _windows(self) -> dict[str, Any]:
        return {**super()._windows, "output_padding": self.output_padding}

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return ``(n_H, n_W, filters)``."""
        n_H, n_W, _ = image(input_shape)
        windows = transposed_window((n_H, n_W), self.kernel_size, **self._windows)
        return windows.height.size, windows.width.size, self.filters

    def create_parameters(self, input_shape: Shape, rng: np.random.Generator, dtype: npt.DTypeLike) -> None:
        """Make the kernel and the bias."""
        shape = (*self.kernel_size, self.filters, input_shape[-1])
        self.parameters["kernel"] = self.kernel_initializer(shape, rng, dtype)
        self._create_bias(self.filters, rng, dtype)

    def pre_activation(self, x: FloatArray, *, relu: bool) -> tuple[FloatArray, FloatArray]:
        """Return the transposed convolution, and the input."""
        kernel, bias = self.parameters["kernel"], self.parameters.get("bias")
        z = ops.conv2d_transpose(x, kernel, bias, **self._windows)
        return (activations.relu.forward(z, out=z) if relu else z), x

    def pre_activation_backward(
        self, grad: FloatArray, cache: FloatArray, *, input_gradient: bool
    ) -> tuple[FloatArray | None, Gradients]:
        """Return the gradients; see `ActivatedLayer`."""
        dx, dkernel, dbias = ops.conv2d_transpose_backward(
            grad, cache, self.parameters["kernel"], input_gradient=input_gradient, **self._windows
        )
        return dx, self._with_bias({"kernel": dkernel}, dbias)


def _grouped(kernel: FloatArray) -> FloatArray:
    """(fh, fw, n_C, multiplier) -> (fh, fw, 1, n_C * multiplier): a group a channel, in the words of conv2d."""
    fh, fw, n_C, multiplier = kernel.shape
    return kernel.reshape(fh, fw, 1, n_C * multiplier)


def _depthwise_backward(
    grad: FloatArray, x: FloatArray, kernel: FloatArray, windows: dict[str, Any], *, input_gradient: bool
) -> tuple[FloatArray | None, FloatArray, FloatArray]:
    grouped, how = _grouped(kernel), {"groups": x.shape[-1], **windows}
    dkernel, dbias = ops.conv2d_kernel_gradient(grad, x, grouped.shape, **how)
    dx = ops.conv2d_input_gradient(grad, grouped, x.shape, **how) if input_gradient else None
    return dx, dkernel.reshape(kernel.shape), dbias
