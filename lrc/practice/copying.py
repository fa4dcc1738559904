"""Copying a course as Moodle's backup and restore do: everything gets new ids, what a tool put in stays the same."""

from __future__ import annotations

from dataclasses import replace

from lrc.practice.state import Course, State


def copy_course(state: State, source: Course) -> Course:
    """Activities keep their custom parameters, addresses and columns (tag, resource id), without any grades."""
    number = sum(1 for each in state.courses.values() if source.id in each.history) + 1
    copied = replace(
        source,
        id=state.new_id(),
        label=f"{source.label}-{number + 1}",
        title=f"{source.title} ({number + 1})",
        history=[source.id, *source.history],
        enrolled=dict(source.enrolled),
        suspended=list(source.suspended),
        groups={state.new_id(): list(members) for members in source.groups.values()},
    )
    state.courses[copied.id] = copied
    for activity in state.of_course(source.id):
        twin = replace(activity, id=state.new_id(), link_id=state.new_id(), course_id=copied.id)
        state.activities[twin.id] = replace(twin, custom=dict(twin.custom))
        column = state.own_column(activity.id)
        if column:
            fresh = replace(column, id=state.new_id(), course_id=copied.id, grades={})
            fresh.activity_id, fresh.link_id, fresh.review_custom = twin.id, twin.link_id, dict(column.review_custom)
            state.columns[fresh.id] = fresh
    return copied
