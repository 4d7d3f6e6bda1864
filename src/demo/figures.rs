//! What the system answers, as a table and as JSON. Rounding is half up, of exact numbers where there are any.

use super::automations::Automations;
use super::client::Client;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};
use offramp_domain::time::Elapsed;
use serde_json::{Value, json};

/// The figures of each automation, under the names of the demo's JSON.
pub(super) struct Figures(Vec<Value>);

impl Figures {
    /// Asks the server.
    pub(super) async fn ask(client: &Client, automations: &Automations) -> Result<Self, String> {
        const STATS: &str = "query Stats($id: ID!) { automation(id: $id) { stats {
            entered active converted alternateExits medianTimeToConvert
            conversionRate { numerator denominator low high } revenue { amount currencyCode }
            convertedNet revenueNet { amount currencyCode } } } }";
        let mut figures = Vec::new();
        for (name, id) in automations {
            let answer = client.call(STATS, json!({"id": id})).await?;
            figures.push(shown(name, &answer["automation"]["stats"])?);
        }
        Ok(Self(figures))
    }

    /// As JSON.
    pub(super) fn json(&self) -> String {
        format!("{:#}", json!({"automations": self.0}))
    }

    /// As a table.
    pub(super) fn table(&self) -> String {
        let mut table = Table::new();
        table.load_preset(UTF8_FULL_CONDENSED);
        table.set_header([
            "Automation",
            "Entered",
            "Converted",
            "Rate (95 %)",
            "Other exits",
            "Inside",
            "Revenue",
            "Net",
            "Median days",
        ]);
        for figures in &self.0 {
            let of = |name: &str| figures[name].to_string();
            let rate = &figures["conversionRate"];
            let rate = ["percent", "lowPercent", "highPercent"].map(|name| rate[name].as_str().unwrap_or("–"));
            let [percent, low, high] = rate;
            table.add_row([
                figures["name"].as_str().unwrap_or_default().to_owned(),
                of("entered"),
                of("converted"),
                format!("{percent} % ({low}–{high})"),
                of("alternateExits"),
                of("active"),
                monies(&figures["revenue"]),
                monies(&figures["revenueNet"]),
                figures["medianDaysToConvert"].as_str().unwrap_or("–").to_owned(),
            ]);
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table.to_string()
    }
}

fn shown(name: &str, stats: &Value) -> Result<Value, String> {
    let rate = &stats["conversionRate"];
    let counts = rate["numerator"].as_i64().zip(rate["denominator"].as_i64());
    let conversion_rate = counts.map(|(numerator, denominator)| {
        json!({
            "numerator": numerator,
            "denominator": denominator,
            "percent": hundredths(numerator.saturating_mul(100), denominator),
            "lowPercent": percent(&rate["low"]),
            "highPercent": percent(&rate["high"]),
        })
    });
    let median = stats["medianTimeToConvert"].as_str().map(days).transpose()?;
    Ok(json!({
        "name": name,
        "entered": stats["entered"],
        "active": stats["active"],
        "converted": stats["converted"],
        "alternateExits": stats["alternateExits"],
        "conversionRate": conversion_rate,
        "convertedNet": stats["convertedNet"],
        "revenue": stats["revenue"],
        "revenueNet": stats["revenueNet"],
        "medianDaysToConvert": median,
    }))
}

fn monies(amounts: &Value) -> String {
    let amounts = amounts.as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let shown = amounts.map(|money| format!("{} {}", text(&money["amount"]), text(&money["currencyCode"])));
    shown.collect::<Vec<_>>().join(", ")
}

fn percent(share: &Value) -> String {
    format!("{:.2}", share.as_f64().unwrap_or_default() * 100.0)
}

fn days(text: &str) -> Result<String, String> {
    let day = Elapsed::from_days(1);
    let length = Elapsed::parse(text, Elapsed::from_micros(0), Elapsed::from_days(365_000)).map_err(|(_, why)| why)?;
    Ok(hundredths(length.as_micros(), day.as_micros()))
}

/// A quotient of two numbers that are not negative, with two decimals, half up.
fn hundredths(numerator: i64, denominator: i64) -> String {
    let (numerator, denominator) = (i128::from(numerator), i128::from(denominator.max(1)));
    let hundredths = (numerator * 200 + denominator) / (denominator * 2);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_are_rounded_half_up() {
        for (numerator, denominator, expected) in
            [(94_600, 2_357, "40.14"), (100, 800, "0.13"), (0, 7, "0.00"), (7, 1, "7.00")]
        {
            assert_eq!(hundredths(numerator, denominator), expected);
        }
        assert_eq!(days("P40D").as_deref(), Ok("40.00"));
        assert_eq!(days("P1DT12H").as_deref(), Ok("1.50"));
    }
}
