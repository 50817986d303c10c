//! What is known of the municipalities' own sites.

use store::sites::{self, Site};

use crate::making::{municipality, tenant};

#[tokio::test]
async fn a_visit_that_still_runs_does_not_switch_a_site_on_again() {
    testkit::on_both(async |database| {
        let site = Site {
            municipality: municipality("soroe"),
            hosts: vec!["www.soroe.dk".to_owned()],
            sitemap: String::new(),
            active: true,
            round: 1,
            phase: "visiting".to_owned(),
            started_at: None,
            finished_at: None,
            fetched: 0,
            whole: true,
            listed: 3,
            faults: "[]".to_owned(),
        };
        let chosen = async |site: &Site| {
            let mut tx = database.begin().await.unwrap();
            sites::put(&mut tx, &tenant(), site).await.unwrap();
            tx.commit().await.unwrap();
        };
        let goes_on = async |site: &Site| {
            let mut tx = database.begin().await.unwrap();
            let on = sites::put_progress(&mut tx, &tenant(), site).await.unwrap();
            tx.commit().await.unwrap();
            on
        };
        let stands = async || {
            sites::get(database, &tenant(), &municipality("soroe")).await.unwrap().unwrap()
        };
        chosen(&site).await;
        let further = Site { fetched: 7, ..site.clone() };
        assert!(goes_on(&further).await);
        assert_eq!(stands().await, further);

        let off = Site { active: false, ..site.clone() };
        chosen(&off).await;
        assert!(!goes_on(&Site { fetched: 8, ..site.clone() }).await);
        assert_eq!(stands().await, off);
        let other = Site { hosts: vec!["soroe.dk".to_owned()], ..site.clone() };
        chosen(&other).await;
        assert!(!goes_on(&further).await, "nor does it bring the old hosts back");
        assert_eq!(stands().await, other);
    })
    .await;
}
