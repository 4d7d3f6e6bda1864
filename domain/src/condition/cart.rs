//! Carts, from the first item to the checkout or its neglect, and the coupons that are redeemed there.

use super::catalogue::{
    ConditionDefinition, EventDefinition, EventTypes, Family, FilterKind, Kind, custom, flag, ids, items, money,
};
use super::found::Found;

const UPDATED: &str = "cart.updated";
const ABANDONED: &str = "cart.abandoned";
const STARTED: &str = "checkout.started";
const COMPLETED: &str = "checkout.completed";
const REDEEMED: &str = "coupon.redeemed";

/// How far a cart came.
const STEPS: &[&str] = &["UPDATED", "CHECKOUT_STARTED", "CHECKOUT_COMPLETED", "ABANDONED"];
/// What a cart holds, and by which form it was filled.
const CART: &[(&str, FilterKind)] = &[("items", FilterKind::Items), ("orderFormId", FilterKind::Ids("order_forms"))];

pub(super) const FAMILY: Family = Family {
    category: "Commerce",
    conditions: &[
        ConditionDefinition {
            key: "cart.activity",
            name: "Fills or leaves a cart",
            synonyms: &[
                "abandoned cart",
                "cart updated",
                "adds to cart",
                "checkout started",
                "checkout completed",
                "shopping basket",
            ],
            description: "The contact fills a cart, starts or completes its checkout, or abandons it.",
            kind: Kind::Event(|_| EventTypes::These(&[UPDATED, STARTED, COMPLETED, ABANDONED])),
            filters: &[
                custom("step", "step", FilterKind::Enum(STEPS), |scene, _| Found::text(step(&scene.event.event_type))),
                money("value", "value of the cart", "amount"),
                items("items", "item"),
                ids("store", "store", "storeId", "stores"),
            ],
        },
        ConditionDefinition {
            key: "coupon.redeemed",
            name: "Redeems a coupon",
            synonyms: &["redeems an offer", "uses a code", "promo code", "discount used", "voucher"],
            description: "The contact redeems a coupon.",
            kind: Kind::Event(|_| EventTypes::These(&[REDEEMED])),
            filters: &[
                ids("coupon", "coupon", "couponId", "coupons"),
                flag("campaignIssued", "issued by a campaign", "campaignIssued"),
                money("discount", "discount", "discount"),
            ],
        },
    ],
    events: &[
        EventDefinition { event_type: UPDATED, required: &["cartId"], more: CART },
        EventDefinition { event_type: STARTED, required: &["cartId"], more: CART },
        EventDefinition { event_type: COMPLETED, required: &["cartId"], more: CART },
        EventDefinition { event_type: ABANDONED, required: &["cartId"], more: CART },
        EventDefinition { event_type: REDEEMED, required: &["couponId"], more: &[] },
    ],
    facts: &[],
};

fn step(event_type: &str) -> Option<&'static str> {
    match event_type {
        UPDATED => Some("UPDATED"),
        STARTED => Some("CHECKOUT_STARTED"),
        COMPLETED => Some("CHECKOUT_COMPLETED"),
        ABANDONED => Some("ABANDONED"),
        _ => None,
    }
}
