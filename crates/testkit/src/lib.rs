//! Throwaway databases and a clock the test owns; for tests only
