#[path = "../usecases/house.rs"]
#[allow(dead_code)]
mod house;
#[path = "../usecases/imports.rs"]
mod imports;
#[path = "../usecases/sites.rs"]
mod sites;
