//! The job runner: claims, leases, fences
