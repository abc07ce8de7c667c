import json
import math

import pytest

from adim.configs import Configured, described, find, number


class Spring(Configured):
    def __init__(self, stiffness, length=2.0):
        self.stiffness = stiffness
        self.length = length


NAMES = {"spring": Spring}


def find_spring(identifier):
    return find(identifier, Spring, "spring", NAMES)


def test_the_config_is_the_constructors_arguments():
    assert Spring(3).get_config() == {"stiffness": 3, "length": 2.0}
    assert repr(Spring(3)) == "Spring(stiffness=3, length=2.0)"


def test_a_description_survives_json():
    again = find_spring(json.loads(json.dumps(described(Spring(3, length=1.5)))))
    assert (again.stiffness, again.length) == (3, 1.5)


def test_an_object_passes_through():
    spring = Spring(1)
    assert find_spring(spring) is spring


@pytest.mark.parametrize("name", ["spring", "Spring"])
def test_both_names_lead_to_the_class(name):
    assert find_spring({"class_name": name, "config": {"stiffness": 4}}).stiffness == 4


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="spring must be one of spring; got 'sprnig'"):
        find_spring("sprnig")


@pytest.mark.parametrize("config", [{}, {"stiffness": 1, "colour": "red"}])
def test_arguments_that_do_not_fit_are_a_value_error(config):
    with pytest.raises(ValueError, match="Spring cannot be made with"):
        find_spring({"class_name": "Spring", "config": config})


@pytest.mark.parametrize(
    "identifier", [None, 3, {"config": {}}, {"class_name": "Spring", "config": 1}, {"class_name": 1}]
)
def test_anything_else_is_a_type_error(identifier):
    with pytest.raises(TypeError, match="spring must be a name such as 'spring'"):
        find_spring(identifier)


def test_a_class_is_told_from_an_object():
    with pytest.raises(TypeError, match="write parentheses after the class"):
        find_spring(Spring)


@pytest.mark.parametrize("value", [True, "1", None, [1.0], 1j])
def test_what_is_no_number_is_a_type_error(value):
    with pytest.raises(TypeError, match="x must be a number"):
        number("x", value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_is_finite(value):
    with pytest.raises(ValueError, match="x must be finite; got"):
        number("x", value)


@pytest.mark.parametrize(
    ("bounds", "inside", "outside"),
    [
        ({"at_least": 0}, 0, -1e-9),
        ({"above": 0}, 1e-9, 0),
        ({"at_most": 1}, 1, 1.001),
        ({"below": 1}, 0.999, 1),
    ],
)
def test_bounds(bounds, inside, outside):
    assert number("x", inside, **bounds) == inside
    word = next(iter(bounds)).replace("_", " ")
    with pytest.raises(ValueError, match=f"x must be {word} "):
        number("x", outside, **bounds)
