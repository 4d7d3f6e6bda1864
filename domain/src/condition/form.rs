//! Forms, landing pages, opt-ins and surveys.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterKind, Kind, custom, flag, ids, number, one_of, text,
};
use super::found::Found;
use serde_json::Value;

const FORM: &str = "form.submitted";
const LANDING_PAGE: &str = "landing_page.submitted";
const OPT_IN: &str = "optin.submitted";
const SURVEY: &str = "survey.answered";

/// Who fills a form in.
const FORM_KINDS: &[&str] = &["PUBLIC", "INTERNAL", "SURVEY"];

pub(super) const FAMILY: Family = Family {
    category: "Forms and web",
    conditions: &[
        ConditionDefinition {
            key: "form.submitted",
            name: "Form submitted",
            synonyms: &[
                "fills in a form",
                "web form",
                "contact form",
                "internal form",
                "questionnaire",
                "answers a form",
            ],
            description: "The contact sends a form, or somebody fills one in for the contact.",
            kind: Kind::Event(|_| EventTypes::These(&[FORM])),
            filters: &[
                ids("form", "form", "formId", "forms"),
                one_of("kind", "kind of form", "kind", FORM_KINDS),
                custom("answer", "answer", FilterKind::Property, |scene, path| {
                    let answer = path.and_then(|path| answer(scene.event.properties.get("answers")?, path));
                    match answer {
                        // Several choices: one that holds is enough.
                        Some(Value::Array(choices)) => Found::Each(choices.iter().collect()),
                        answer => answer.map_or(Found::Nothing, Found::Json),
                    }
                })
                .never_adds_up()
                .help("The path names the field of the form."),
                flag("firstSubmission", "first submission", "firstSubmission"),
            ],
        },
        ConditionDefinition {
            key: "landing_page.submitted",
            name: "Landing page submitted",
            synonyms: &["landing page", "squeeze page", "campaign page", "page conversion", "lead page"],
            description: "The contact sends the form of a landing page.",
            kind: Kind::Event(|_| EventTypes::These(&[LANDING_PAGE])),
            filters: &[
                ids("page", "landing page", "pageId", "landing_pages"),
                ids("variant", "variant", "variantId", "variants"),
                text("utmSource", "UTM source", "utmSource"),
                text("utmMedium", "UTM medium", "utmMedium"),
                text("utmCampaign", "UTM campaign", "utmCampaign"),
            ],
        },
        ConditionDefinition {
            key: "optin.external",
            name: "Opts in by a plug-in",
            synonyms: &[
                "WordPress",
                "plug-in opt-in",
                "plugin",
                "newsletter sign-up",
                "external opt-in",
                "pop-up form",
            ],
            description: "The contact opts in by the form of another program, such as a WordPress plug-in.",
            kind: Kind::Event(|_| EventTypes::These(&[OPT_IN])),
            filters: &[
                ids("integration", "integration", "integrationId", "integrations"),
                text("formKey", "form key", "formKey"),
                flag("doubleOptIn", "double opt-in", "doubleOptIn"),
            ],
        },
        ConditionDefinition {
            key: "survey.scored",
            name: "Survey score given",
            synonyms: &[
                "NPS",
                "net promoter score",
                "survey answered",
                "satisfaction score",
                "rating given",
                "promoter",
            ],
            description: "The contact answers a survey with a score.",
            kind: Kind::Event(|_| EventTypes::These(&[SURVEY])),
            filters: &[ids("survey", "survey", "surveyId", "surveys"), number("score", "score", "score")],
        },
    ],
    events: &[
        EventDefinition { event_type: FORM, required: &["formId"], more: &[("answers", FilterKind::Property)] },
        EventDefinition { event_type: LANDING_PAGE, required: &["pageId"], more: &[] },
        EventDefinition { event_type: OPT_IN, required: &["integrationId"], more: &[] },
        EventDefinition { event_type: SURVEY, required: &["surveyId", "score"], more: &[] },
    ],
    facts: &[],
};

/// The answer in a field of that name, which may have dots, or within one.
fn answer<'a>(answers: &'a Value, path: &str) -> Option<&'a Value> {
    answers.get(path).or_else(|| path.split('.').try_fold(answers, |value, step| value.get(step)))
}
