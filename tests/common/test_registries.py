import pytest

from jiangjin.common.registries import MenuItem, Registry


def item(code, order=1, **more):
    return MenuItem(code=code, label=code, url_name="home", icon="home", order=order, **more)


def test_entries_come_in_their_order_then_by_code():
    registry = Registry("menu")
    for entry in (item("villages", 2), item("households", 1), item("exits", 2)):
        registry.register(entry)
    assert [entry.code for entry in registry] == ["households", "exits", "villages"]
    assert registry["exits"].order == 2
    assert "visits" not in registry


def test_registering_the_same_entry_again_is_harmless():
    registry = Registry("menu")
    registry.register(item("households"))
    registry.register(item("households"))
    assert len(registry) == 1


def test_a_second_entry_of_the_same_code_is_refused():
    registry = Registry("menu")
    registry.register(item("households"))
    with pytest.raises(ValueError, match="menu: 'households'"):
        registry.register(item("households", order=9))
