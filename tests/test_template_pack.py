import re

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template.loader import render_to_string

from remiss.templatetags.remiss_form import problems


class Sample(forms.Form):
    use_required_attribute = False
    who = forms.ChoiceField(
        label="Vem svarar?",
        help_text="Välj en.",
        choices=[
            ("Idéburen sektor", [("association", "Förening"), ("umbrella", "Paraply")]),
            ("Andra", [("private", "Privatperson")]),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label="Fråga", help_text="Hjälp.", widget=forms.Textarea)
    name = forms.CharField(label="Namn", widget=forms.TextInput(attrs={"class": "input--m"}))
    website = forms.CharField(label="Lämna tom", required=False)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].choice_hints = {"private": "Namnet publiceras inte."}
        self.fields["text"].counter = 10000
        self.fields["website"].honeypot = True


def as_html(form):
    return render_to_string(
        "malmo/uni_form.html", {"form": form, "field_template": "malmo/field.html"}
    )


def control(html, name):
    return re.search(rf'<(?:input|textarea)[^>]*name="{name}"[^>]*>', html)[0]


def test_every_problem_leads_to_an_element_of_the_form():
    form = Sample({"name": "Robin"})
    html = as_html(form)

    targets = [target for target, _ in problems(form)]

    assert targets == ["id_who_0", "id_text", ""]
    assert [f'id="{target}"' in html for target in targets[:2]] == [True, True]


def test_a_field_is_described_by_hint_error_and_counter_in_that_order():
    box = control(as_html(Sample({})), "text")

    assert 'aria-describedby="id_text_helptext id_text_error id_text_antal"' in box
    assert 'aria-invalid="true"' in box
    assert "maxlength" not in box
    assert "placeholder" not in box


def test_every_id_that_is_referred_to_exists_once():
    html = as_html(Sample({}))

    ids = re.findall(r'\bid="([^"]+)"', html)
    references = re.findall(r'(?:aria-describedby|aria-labelledby|for)="([^"]+)"', html)

    assert sorted(ids) == sorted(set(ids))
    assert {name for value in references for name in value.split()} <= set(ids)


def test_a_choice_has_its_own_hint():
    html = as_html(Sample())

    assert 'id="id_who_2" aria-describedby="id_who_2_hint"' in html
    assert '<span class="hint" id="id_who_2_hint">Namnet publiceras inte.</span>' in html


def test_own_widths_are_kept_beside_the_class_of_the_pack():
    assert 'class="input input--m"' in control(as_html(Sample()), "name")


def test_the_trap_is_hidden_from_everyone_who_reads():
    assert '<div class="trap" aria-hidden="true"><label for="id_website">' in as_html(Sample())


@pytest.mark.parametrize(("text", "shown"), [("Den <b>andra</b>", 1), ("", 1), (None, 0)])
def test_the_other_text_is_shown_after_a_conflict_only(text, shown):
    form = Sample()
    form.fields["text"].other_text = text

    html = as_html(form)

    assert html.count("Den andra texten") == shown
    assert "<b>" not in html
    assert ("Rutan var tom." in html) is (text == "")


def test_whole_form_has_summary_token_and_fields():
    html = render_crispy_form(Sample({}), context={"csrf_token": "t"})

    assert "Fyra uppgifter behöver rättas" in html
    assert 'name="csrfmiddlewaretoken"' in html
    assert html.index('id="fel"') < html.index("<form") < html.index('id="id_text"')
