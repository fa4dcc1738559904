"""What is said to people when a file cannot be read."""

from __future__ import annotations

import pytest

from catalog.failures import Failure, explain
from catalog.reading import Limits


@pytest.fixture
def in_a_request(app):
    with app.test_request_context():
        yield


@pytest.mark.usefixtures("in_a_request")
@pytest.mark.parametrize("failure", Failure)
def test_every_failure_says_what_is_wrong_and_what_to_do(failure):
    said = explain(failure, Limits())
    assert said.message.endswith(".")
    assert said.advice.endswith(".")
    assert "%" not in said.message + said.advice


@pytest.mark.usefixtures("in_a_request")
def test_limits_are_named():
    limits = Limits(max_pages=1200, max_text_bytes=3 * 1024 * 1024, read_time_limit_s=300)
    assert "200 páginas" in explain("too_many_pages", limits).message
    assert "(3 MB)" in explain("too_much_text", limits).message
    assert "5 min)" in explain("out_of_time", limits).message


@pytest.mark.usefixtures("in_a_request")
def test_an_old_office_file_is_told_what_to_become():
    assert ".doc" in explain("unknown_kind", Limits()).advice


@pytest.mark.usefixtures("in_a_request")
def test_a_code_of_former_times_reads_like_a_crash():
    assert explain("forgotten", Limits()) == explain(Failure.CRASHED, Limits())
