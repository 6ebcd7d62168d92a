"""What the template pack "malmo" needs to write a field with our markup."""

from itertools import count

from django import template

from remiss.text import MAX_LENGTH

register = template.Library()


@register.filter
def problems(form):
    """Each message of a form with the id it leads to; a message about the whole has none."""
    found = [("", message) for message in form.non_field_errors()]
    for field in form:
        found += [(_target(field), message) for message in field.errors]
    return found


def _target(field):
    if field.is_hidden:
        return ""
    # A group has no element with its own id: its first choice is where the answer starts.
    return f"{field.auto_id}_0" if field.use_fieldset else field.auto_id


@register.filter
def described_by(field):
    """The ids of hint, error and counter, in the order they should be read."""
    ids = [
        (field.help_text, "helptext"),
        (field.errors, "error"),
        (getattr(field.field, "counter", None), "antal"),
    ]
    return " ".join(f"{field.auto_id}_{name}" for present, name in ids if present)


@register.simple_tag
def control(field):
    """The widget with our class and the ids that describe it."""
    attrs = {"class": f"input {field.field.widget.attrs.get('class', '')}".strip()}
    if ids := described_by(field):
        attrs["aria-describedby"] = ids
    if counter := getattr(field.field, "counter", None):
        # Answers come in any language; the counter never stops anybody.
        attrs |= {"data-max": counter, "data-limit": MAX_LENGTH, "dir": "auto"}
    return field.as_widget(attrs=attrs)


@register.filter
def choice_groups(field):
    """Radio buttons and checkboxes as (group label or None, choices), each with its own hint.

    They are numbered straight through: in a grouped list Django would call the first one 0_0.
    """
    widget = field.field.widget
    hints = getattr(field.field, "choice_hints", {})
    number = count()
    return [
        (
            label,
            [
                option
                | {
                    "id": f"{field.auto_id}_{next(number)}",
                    "hint": hints.get(option["value"], ""),
                }
                for option in options
            ],
        )
        for label, options, _ in widget.optgroups(
            field.html_name, widget.format_value(field.value())
        )
    ]
