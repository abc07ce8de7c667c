"""The graph, with layers small enough to follow by hand."""

import json
import weakref
from typing import ClassVar

import numpy as np
import pytest

from adim.graph import Graph
from adim.layers import Activation, Add, BatchNormalization, Concatenate, Dense, Input, Layer, ReLU, Tensor


class Scale(Layer):
    """Multiply by one number, and note what is asked of it."""

    def __init__(self, factor, **common):
        super().__init__(**common)
        self.factor = factor
        self.asked = []

    def compute_output_shape(self, input_shape):
        return input_shape

    def create_parameters(self, input_shape, rng, dtype):
        self.parameters["factor"] = np.array(self.factor, dtype)

    def forward(self, x, *, training=False, rng=None):
        return x * self.parameters["factor"], x

    def backward(self, grad, cache, *, input_gradient=True):
        self.asked.append(input_gradient)
        dx = grad * self.parameters["factor"] if input_gradient else None
        return dx, {"factor": np.sum(grad * cache)}


class Watch(Layer):
    """Hand the input on as a new array, and count how many of these are alive while it runs."""

    alive: ClassVar = weakref.WeakSet()

    class Array(np.ndarray):
        __hash__ = object.__hash__

    def __init__(self, **common):
        super().__init__(**common)
        self.seen = None

    def compute_output_shape(self, input_shape):
        return input_shape

    def forward(self, x, *, training=False, rng=None):
        self.seen = len(self.alive)
        y = (x + 0).view(self.Array)
        self.alive.add(y)
        return y, x

    def backward(self, grad, cache, *, input_gradient=True):
        return grad, {}


def chain(x, *layers):
    for layer in layers:
        x = layer(x)
    return x


def test_layers_are_named_after_their_class_and_the_given_names_are_kept():
    x = Input((3,))
    graph = Graph(x, chain(x, Dense(4), ReLU(), Dense(4, name="dense"), Dense(2), ReLU(name="last")))
    assert [layer.name for layer in graph.layers] == ["input_layer", "dense_1", "re_lu", "dense", "dense_2", "last"]


def test_two_layers_of_one_name_are_refused():
    x = Input((3,))
    with pytest.raises(ValueError, match="2 layers have the name 'twin'"):
        Graph(x, chain(x, Dense(4, name="twin"), Dense(4, name="twin")))


def test_order_is_farthest_from_the_output_first_then_first_met():
    x = Input((3,), name="x")
    stem = Dense(3, name="stem")(x)
    long = chain(stem, Dense(3, name="long_1"), Dense(3, name="long_2"), Dense(3, name="long_3"))
    short = Dense(3, name="short")(stem)
    for branches in ([short, long], [long, short]):
        graph = Graph(x, Add(name="add")(branches))
        names = [layer.name for layer in graph.layers]
        last = ["short", "long_3"] if branches[0] is short else ["long_3", "short"]
        assert names == ["x", "stem", "long_1", "long_2", *last, "add"]


def test_a_network_may_be_deeper_than_pythons_stack():
    x = Input((1,))
    graph = Graph(x, chain(x, *(ReLU() for _ in range(3000))), seed=0)
    y, tape = graph.forward(np.ones((2, 1)), training=True, rng=np.random.default_rng(0))
    assert y.tolist() == [[1], [1]]
    assert graph.backward(y, tape) == []


def test_what_does_not_belong_together_is_refused():
    x, other = Input((3,)), Input((3,), name="other")
    both = Add()([x, other])
    with pytest.raises(ValueError, match="also depends on <Tensor shape=\\(None, 3\\) of InputLayer>"):
        Graph(x, both)
    with pytest.raises(ValueError, match="does not depend on input 1"):
        Graph([x, other], ReLU()(x))
    with pytest.raises(ValueError, match="several different ones"):
        Graph([x, x], ReLU()(x))
    with pytest.raises(ValueError, match="a layer's output"):
        Graph(ReLU()(x), ReLU()(x))
    with pytest.raises(TypeError, match=r"inputs must be what adim.Input"):
        Graph("x", ReLU()(x))
    with pytest.raises(TypeError, match=r"output of one layer.*Concatenate"):
        Graph(x, [ReLU()(x), ReLU()(x)])
    with pytest.raises(ValueError, match="'float32' or 'float64'; got 'float16'"):
        Graph(x, ReLU()(x), dtype="float16")


def test_a_cycle_is_refused():
    x = Input((3,))
    first = ReLU()(x)
    second = ReLU()(first)
    first.inputs = (second,)
    with pytest.raises(ValueError, match="cycle"):
        Graph(x, second)


def test_a_shared_layer_has_one_set_of_parameters_and_the_sum_of_its_gradients():
    x = Input((1,))
    triple = Scale(3.0)
    graph = Graph(x, chain(x, triple, triple, triple))  # y = f^3 x, dy/df = 3 f^2 x
    y, tape = graph.forward([[2.0]], training=True)
    (gradient,) = graph.backward(np.ones((1, 1), np.float32), tape)
    assert y == 54
    assert gradient == 54
    assert [layer.name for layer in graph.layers] == ["input_layer", "scale"]


def test_gradients_add_up_where_branches_part():
    x = Input((1,))
    stem = Scale(5.0, name="stem")(x)
    left, right = Scale(2.0, name="left")(stem), Scale(3.0, name="right")(stem)
    graph = Graph(x, Add()([left, Add()([right, stem, stem])]))  # y = (2 + 3 + 2) 5 x
    y, tape = graph.forward([[1.0], [10.0]], training=True)
    grad = np.ones((2, 1), np.float32)
    gradients = dict(zip(["stem", "left", "right"], graph.backward(grad, tape), strict=True))
    assert y.tolist() == [[35], [350]]
    assert gradients == {"stem": 77, "left": 55, "right": 55}
    assert (grad == 1).all()


def test_a_residual_block_has_the_gradients_of_central_differences():
    x = Input((5,))
    stem = Dense(4, activation="tanh", bias_initializer="random_normal")(x)
    body = chain(stem, Dense(4, activation="sigmoid"), Dense(4))
    y = Dense(3, activation="softmax")(Concatenate()([Add()([stem, body]), x]))
    graph = Graph(x, y, seed=1, dtype="float64")
    rng = np.random.default_rng(0)
    batch, direction = rng.normal(size=(6, 5)), rng.normal(size=(6, 3))
    _, tape = graph.forward(batch, training=True)
    for parameter, gradient in zip(graph.parameters, graph.backward(direction, tape), strict=True):
        for place in np.ndindex(parameter.shape):
            value, sums = parameter[place], []
            for step in (1e-6, -1e-6):
                parameter[place] = value + step
                sums.append(np.vdot(graph.forward(batch)[0], direction))
            parameter[place] = value
            assert gradient[place] == pytest.approx((sums[0] - sums[1]) / 2e-6, rel=1e-6, abs=1e-8)


def test_no_gradient_is_computed_for_what_is_not_trained():
    x = Input((1,))
    frozen, first, last = Scale(2.0, trainable=False), Scale(3.0), Scale(4.0)
    graph = Graph(x, chain(x, frozen, first, last))
    _, tape = graph.forward([[1.0]], training=True)
    gradients = graph.backward(np.ones((1, 1), np.float32), tape)
    assert [float(gradient) for gradient in gradients] == [8, 6]
    assert [float(parameter) for parameter in graph.parameters] == [3, 4]
    assert (frozen.asked, first.asked, last.asked) == ([], [False], [True])


def test_a_frozen_branch_is_left_alone():
    x = Input((1,))
    frozen, trained = Scale(2.0, trainable=False), Scale(3.0)
    graph = Graph(x, Add()([frozen(x), trained(x)]))
    _, tape = graph.forward([[1.0]], training=True)
    graph.backward(np.ones((1, 1), np.float32), tape)
    assert (frozen.asked, trained.asked) == ([], [False])


def test_freezing_works_after_the_graph_is_made():
    x = Input((1,))
    first, last = Scale(3.0), Scale(4.0)
    graph = Graph(x, chain(x, first, last))
    first.trainable = False
    _, tape = graph.forward([[1.0]], training=True)
    assert [float(gradient) for gradient in graph.backward(np.ones((1, 1), np.float32), tape)] == [3]
    assert last.asked == [False]


def test_at_logits_leaves_the_last_activation_out():
    x = Input((3,))
    for ending in (Dense(2, activation="softmax"), Activation("softmax")):
        graph = Graph(x, ending(Dense(3)(x)), seed=0)
        assert graph.output_activation == "softmax"
        y, tape = graph.forward(np.ones((1, 3)), training=True)
        grad = np.arange(y.size, dtype=np.float32).reshape(y.shape)
        plain = graph.backward(grad, tape)
        skipping = graph.backward(grad, tape, at_logits=True)
        by_hand = graph.backward(y * (grad - (grad * y).sum()), tape, at_logits=True)  # the softmax's derivative
        np.testing.assert_allclose(plain[-1], by_hand[-1], rtol=1e-5, atol=1e-7)
        assert not np.allclose(plain[-1], skipping[-1])


def test_inference_lets_go_of_values_that_nobody_needs():
    x = Input((4,))
    watches = [Watch() for _ in range(5)]
    stem = chain(x, *watches[:2])
    graph = Graph(x, Add()([chain(stem, *watches[2:]), stem]))
    _, tape = graph.forward(np.ones((2, 4)))
    assert tape == []
    # Alive while a layer runs: its input, and the shortcut beside it.
    assert [watch.seen for watch in watches] == [0, 1, 1, 2, 2]


def test_inputs_are_converted_once_and_never_changed():
    x = Input((2,))
    graph = Graph(x, ReLU()(x))
    image = np.array([[0, 255]], np.uint8)
    assert graph.forward(image)[0].dtype == np.float32
    assert image.dtype == np.uint8
    assert Graph(x, ReLU()(x), dtype="float64").forward(image)[0].dtype == np.float64


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        (np.zeros(3), ValueError, r"takes arrays of shape \(None, 3\); got \(3,\).*x\[np.newaxis\]"),
        (np.zeros((2, 4)), ValueError, r"takes arrays of shape \(None, 3\); got \(2, 4\)$"),
        (np.zeros((2, 3, 1)), ValueError, r"got \(2, 3, 1\)"),
        (1.0, ValueError, r"got \(\)"),
        ([[1, 2, 3], [1]], ValueError, "rows of unequal lengths"),
        (np.array([["a", "b", "c"]]), TypeError, "real numbers.*got dtype <U1"),
        (np.zeros((1, 3), complex), TypeError, "complex128"),
    ],
)
def test_the_door_says_what_it_takes(batch, error, message):
    x = Input((3,))
    with pytest.raises(error, match=message):
        Graph(x, ReLU()(x)).forward(batch)


def test_several_inputs():
    a, b = Input((2,), name="a"), Input((2,), name="b")
    graph = Graph([a, b], Add()([Scale(10.0)(a), b]))
    y, _ = graph.forward([[[1, 2]], [[3, 4]]])
    assert y.tolist() == [[13, 24]]
    assert len(graph.forward([np.zeros((0, 2)), np.zeros((0, 2))])[0]) == 0
    with pytest.raises(ValueError, match=r"a list of 2 arrays.*got 3"):
        graph.forward([np.zeros((1, 2))] * 3)
    with pytest.raises(ValueError, match=r"a list of 2 arrays.*got ndarray"):
        graph.forward(np.zeros((2, 1, 2)))
    with pytest.raises(ValueError, match="input 'b' takes arrays of shape"):
        graph.forward([np.zeros((1, 2)), np.zeros((1, 3))])
    with pytest.raises(ValueError, match=r"equally many examples; got shapes \(1, 2\), \(2, 2\)"):
        graph.forward([np.zeros((1, 2)), np.zeros((2, 2))])


def test_every_layer_draws_from_its_own_stream():
    def kernels(*units, seed):
        x = Input((3,))
        graph = Graph(x, chain(x, *(Dense(n) for n in units)), seed=seed)
        return [layer.parameters["kernel"] for layer in graph.layers[1:]]

    short, long = kernels(4, 5, seed=7), kernels(4, 5, 6, seed=7)
    assert all(np.array_equal(a, b) for a, b in zip(short, long, strict=False))
    assert not np.array_equal(short[0], kernels(4, seed=8)[0])
    assert not np.array_equal(*kernels(3, 3, seed=7))
    x = Input((3,))
    last = []
    for bias in ("zeros", "random_normal"):  # what one layer draws is nothing to the others
        graph = Graph(x, chain(x, Dense(4, bias_initializer=bias), Dense(4)), seed=7)
        last.append(graph.layers[2].parameters["kernel"])
    assert np.array_equal(*last)


def test_layers_of_another_dtype_are_refused():
    x, layer = Input((3,)), Dense(2)
    Graph(x, layer(x), dtype="float64")
    with pytest.raises(ValueError, match=r"dense/kernel is float64.*computes in float32.*astype"):
        Graph(x, layer(x))


def test_variables_come_in_keras_order_under_their_names():
    x = Input((3,))
    graph = Graph(x, chain(x, Dense(4), Dense(2, use_bias=False)))
    assert [name for name, _ in graph.named_variables()] == ["dense/kernel", "dense/bias", "dense_1/kernel"]


def test_rewire_calls_the_same_layers_on_other_inputs():
    x, other = Input((1,)), Input((1,))
    double = Scale(2.0)
    graph = Graph(x, Add()([double(x), double(double(x))]))
    again = Graph(other, Scale(10.0)(graph.rewire([other])))
    assert again.forward([[1.0]])[0] == 60
    assert again.layers[1] is double
    with pytest.raises(ValueError, match=r"shape \(None, 1\); it is called on \(None, 2\)"):
        graph.rewire([Input((2,))])
    with pytest.raises(ValueError, match="1 inputs; it is called on 2"):
        graph.rewire([x, other])


def test_a_network_of_nothing_but_its_input():
    x = Input((2,))
    graph = Graph(x, x)
    assert graph.forward([[1, 2]])[0].tolist() == [[1, 2]]
    assert isinstance(graph.output, Tensor)


def two_branches(dtype="float32", arrays=None):
    x, other = Input((3,)), Input((4,))
    shared = Dense(4, activation="relu")
    stem = BatchNormalization()(shared(x))
    y = Dense(2, activation="softmax")(Concatenate()([Add()([stem, other]), shared(Dense(3)(stem))]))
    return Graph([other, x], y, seed=3, dtype=dtype, arrays=arrays)


BATCH = [np.linspace(-1, 1, 20).reshape(5, 4), np.linspace(0, 2, 15).reshape(5, 3)]


def test_a_graph_survives_plain_json():
    graph = two_branches()
    config = json.loads(json.dumps(graph.to_config()))
    again = Graph.from_config(config, arrays=dict(graph.named_variables()))
    assert again.to_config() == config
    assert np.array_equal(again.forward(BATCH)[0], graph.forward(BATCH)[0])
    drawn = Graph.from_config(config, seed=3)
    assert np.array_equal(drawn.forward(BATCH)[0], graph.forward(BATCH)[0])


def test_arrays_take_the_place_of_random_parameters():
    arrays = dict(two_branches().named_variables())
    graph = two_branches(arrays=arrays)
    assert all(array is arrays[name] for name, array in graph.named_variables())
    missing = {name: array for name, array in arrays.items() if name != "dense/bias"}
    with pytest.raises(ValueError, match=r"no array 'dense/bias', which the network needs in shape \(4,\)"):
        two_branches(arrays=missing)
    with pytest.raises(ValueError, match="10 arrays, 11 are given; not in both: more/kernel"):
        two_branches(arrays={**arrays, "more/kernel": np.ones(2)})
    with pytest.raises(ValueError, match=r"'dense/kernel' has shape \(3, 5\); the network needs \(3, 4\)"):
        two_branches(arrays={**arrays, "dense/kernel": np.ones((3, 5))})
    with pytest.raises(ValueError, match="dense/kernel is float64, but this network computes in float32"):
        two_branches(arrays={**arrays, "dense/kernel": np.ones((3, 4))})


def test_a_huge_layer_without_its_numbers_costs_no_memory():
    x = Input((10**6,))
    with pytest.raises(ValueError, match=r"needs in shape \(1000000, 1000000\)"):
        Graph(x, Dense(10**6)(x), arrays={})


def test_astype_copies_everything_into_another_dtype():
    graph = two_branches()
    before = [array.copy() for _, array in graph.named_variables()]
    twin = graph.astype("float64")
    assert [name for name, _ in twin.named_variables()] == [name for name, _ in graph.named_variables()]
    assert len(twin.layers) == len(graph.layers)
    np.testing.assert_allclose(twin.forward(BATCH)[0], graph.forward(BATCH)[0], rtol=1e-5)
    twin.forward(BATCH, training=True, rng=np.random.default_rng(0))  # moves the averages of its own
    for _, array in twin.named_variables():
        array += 1
    assert all(np.array_equal(a, b) for a, (_, b) in zip(before, graph.named_variables(), strict=True))


def wrong(**changes):
    x = Input((3,))
    return Graph(x, Dense(2)(x)).to_config() | changes


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "written with dtype, layers, calls and inputs"),
        (wrong(dtype=7), "'float32' or 'float64'; got 7"),
        (wrong(dtype="object"), "'float32' or 'float64'; got 'object'"),
        (wrong(layers=[]), "no layer 0"),
        (wrong(layers=["Dense"]), "a layer is written"),
        (wrong(layers=[{"class_name": "os.system", "config": {}}]), "no layer is called 'os.system'"),
        (wrong(layers=[{"class_name": "Dense", "config": {"units": -1}}]), "Dense cannot be made"),
        (wrong(calls=[]), "no layers"),
        (wrong(calls=[[0, []], [1, [1]]]), "no value 1"),
        (wrong(calls=[[0, []], [1, [-1]]]), "no value -1"),
        (wrong(calls=[[0, []], [1, [0.0]]]), "no value 0.0"),
        (wrong(calls=[[0, []], [True, [0]]]), "no layer True"),
        (wrong(calls=[[0, []], [1, []]]), "called on nothing"),
        (wrong(calls=[[0, []], [1, [0, 0]]]), "takes one input; got 2"),
        (wrong(calls=[[0, []], 1]), "a call is written"),
        (wrong(inputs=[]), "one tensor or several"),
        (wrong(inputs=[0, 0]), "one tensor or several"),
        (wrong(inputs=[1]), "a layer's output"),
        (wrong(inputs=["input_layer"]), "no value 'input_layer'"),
    ],
)
def test_hostile_descriptions_are_refused(config, message):
    with pytest.raises(ValueError, match=message):
        Graph.from_config(config)


def test_a_graph_of_nothing_but_its_input_survives_plain_json():
    x = Input((3,), name="pixels")
    assert [layer.name for layer in Graph.from_config(Graph(x, x).to_config()).layers] == ["pixels"]
