import pytest
from sqlalchemy import select

from factory_matching.edits.link import FactoryLinks, get_factory_by_token, issue_link, revoke_links
from models.errors import NotAllowed
from models.factory_edit import FactoryLink
from tests.builders import NOW, make_factory

LINKS = FactoryLinks("https://shop.example/", "a secret of the tests")


def token_of(link):
    return link.rsplit("/", 1)[1]


def test_asking_again_gives_the_same_link_and_keeps_only_its_hash(session):
    factory = make_factory(session)
    link = issue_link(session, factory, LINKS, NOW)
    assert link.startswith("https://shop.example/portal/factory/")
    assert issue_link(session, factory, LINKS, NOW) == link
    (kept,) = session.scalars(select(FactoryLink)).all()
    assert token_of(link) not in (kept.token_hash, str(kept.id))
    assert get_factory_by_token(session, token_of(link)) == (factory, kept)


def test_a_new_link_ends_the_old_one(session):
    factory = make_factory(session)
    old = issue_link(session, factory, LINKS, NOW)
    new = issue_link(session, factory, LINKS, NOW, anew=True)
    assert old != new
    with pytest.raises(NotAllowed):
        get_factory_by_token(session, token_of(old))
    assert get_factory_by_token(session, token_of(new))[1].version == 2


def test_a_revoked_link_opens_nothing_and_is_not_given_again(session):
    factory = make_factory(session)
    link = issue_link(session, factory, LINKS, NOW)
    assert (revoke_links(session, factory, NOW), revoke_links(session, factory, NOW)) == (1, 0)
    with pytest.raises(NotAllowed):
        get_factory_by_token(session, token_of(link))
    assert issue_link(session, factory, LINKS, NOW) != link


def test_another_secret_makes_another_link(session):
    factory = make_factory(session)
    old = issue_link(session, factory, LINKS, NOW)
    new = issue_link(session, factory, FactoryLinks("https://shop.example", "another secret of them"), NOW)
    assert token_of(old) != token_of(new)
    with pytest.raises(NotAllowed):
        get_factory_by_token(session, token_of(old))


def test_factories_have_different_links(session):
    one, other = make_factory(session), make_factory(session)
    assert issue_link(session, one, LINKS, NOW) != issue_link(session, other, LINKS, NOW)


@pytest.mark.parametrize("token", ["", "wrong", "\ud800", "x" * 500])
def test_a_wrong_token_opens_nothing(session, token):
    issue_link(session, make_factory(session), LINKS, NOW)
    with pytest.raises(NotAllowed):
        get_factory_by_token(session, token)


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError):
        FactoryLinks("https://shop.example", "short")
