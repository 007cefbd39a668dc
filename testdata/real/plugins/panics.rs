// SPDX-License-Identifier: MIT
//
// Panics, caught and uncaught, in the program, in threads, and in a plug-in that has its own
// standard library; with the backtrace of the panic hook.
use std::ffi::CString;
use std::fs;
use std::os::raw::{c_char, c_int, c_void};
use std::panic;
use std::thread;

extern "C" {
    fn dlopen(name: *const c_char, mode: c_int) -> *mut c_void;
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
    fn creat(name: *const c_char, mode: u32) -> c_int;
    fn dup2(from: c_int, to: c_int) -> c_int;
}

struct Tidy(&'static str);

impl Drop for Tidy {
    fn drop(&mut self) {
        println!("tidied {}, panicking: {}", self.0, thread::panicking());
    }
}

#[inline(never)]
#[no_mangle]
fn panics_in_program(n: i32) -> i32 {
    let _tidy = Tidy("in the program");
    if n > 0 {
        panic!("number {}", n);
    }
    n
}

fn describe(result: thread::Result<i32>) -> String {
    match result {
        Ok(n) => format!("returned {}", n),
        Err(what) => match what.downcast_ref::<String>() {
            Some(text) => format!("panicked: {}", text),
            None => "panicked: ?".to_string(),
        },
    }
}

fn call(library: *mut c_void, name: &str, n: i32) -> i32 {
    let name = CString::new(name).unwrap();
    unsafe {
        let address = dlsym(library, name.as_ptr());
        assert!(!address.is_null());
        let function: extern "C" fn(i32) -> i32 = std::mem::transmute(address);
        function(n)
    }
}

// std reads the names of the program's own functions from /proc/self/exe. That is the dynamic
// linker if the dynamic linker is the command.
fn show_backtraces() {
    let file = fs::read_link("/proc/self/exe").unwrap();
    let as_command = file.file_name().unwrap().to_string_lossy().starts_with("ld-");
    for line in fs::read_to_string("errors").unwrap().lines() {
        if line.contains("in_plugin") || line.contains("panicked") {
            println!("{}", line.trim_start_matches(|c: char| c == ' ' || c.is_numeric()));
        } else if !as_command && line.contains("in_program") {
            println!("frame{}", &line[line.find(':').unwrap()..]);
        }
    }
}

fn main() {
    let what = std::env::args().nth(1).unwrap_or_default();
    if what == "uncaught" {
        panics_in_program(5);
    }
    let errors = CString::new("errors").unwrap();
    unsafe {
        dup2(creat(errors.as_ptr(), 0o600), 2);
    }
    println!("{}", describe(panic::catch_unwind(|| panics_in_program(0))));
    println!("{}", describe(panic::catch_unwind(|| panics_in_program(1))));
    for n in 2..4 {
        println!("thread {}", describe(thread::spawn(move || panics_in_program(n)).join()));
    }
    let name = CString::new("./libpanics_plugin.so").unwrap();
    let library = unsafe { dlopen(name.as_ptr(), 2) };
    assert!(!library.is_null());
    for n in 0..2 {
        println!("plug-in: {}", call(library, "plugin_catches", n));
        println!("thread of the plug-in: {}", call(library, "plugin_joins", n));
    }
    show_backtraces();
    if what == "twice" {
        struct Again;
        impl Drop for Again {
            fn drop(&mut self) {
                panic!("while panicking");
            }
        }
        let _again = Again;
        panics_in_program(6);
    }
}
