// SPDX-License-Identifier: MIT
use std::panic;
use std::thread;

struct Tidy;

impl Drop for Tidy {
    fn drop(&mut self) {
        println!("tidied in the plug-in, panicking: {}", thread::panicking());
    }
}

#[inline(never)]
#[no_mangle]
fn panics_in_plugin(n: i32) -> i32 {
    let _tidy = Tidy;
    if n > 0 {
        panic!("number {}", n);
    }
    7
}

#[no_mangle]
pub extern "C" fn plugin_catches(n: i32) -> i32 {
    panic::catch_unwind(|| panics_in_plugin(n)).unwrap_or(-1)
}

#[no_mangle]
pub extern "C" fn plugin_joins(n: i32) -> i32 {
    thread::spawn(move || panics_in_plugin(n)).join().unwrap_or(-2)
}
