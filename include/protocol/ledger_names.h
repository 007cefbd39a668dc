// SPDX-License-Identifier: MIT
//
// The words for what a ledger holds: kinds, backends, origins and reasons. The loader's --trace and
// the reports of `signet` say them with the same words.
//
// Input: values of the enumerations of signet/ledger.h. Output: text that is part of the program,
// with a NUL behind it; empty for a value that is none of the enumeration's. Pure, thread-safe.
// Switches, not tables of pointers: nothing relocates the loader.
#pragma once

#include <string_view>

#include "signet/ledger.h"

namespace signet {

// As --seal takes it.
constexpr std::string_view KindName(signet_kind kind) {
  switch (kind) {
    case SIGNET_KIND_TEXT:
      return "text";
    case SIGNET_KIND_RODATA:
      return "rodata";
    case SIGNET_KIND_RELRO:
      return "relro";
    case SIGNET_KIND_GAP:
      return "gap";
    case SIGNET_KIND_VDSO:
      return "vdso";
    case SIGNET_KIND_DATA:
      return "data";
    case SIGNET_KIND_COUNT:
      break;
  }
  return "";
}

// As --backend takes it.
constexpr std::string_view BackendName(signet_backend backend) {
  switch (backend) {
    case SIGNET_BACKEND_NONE:
      return "none";
    case SIGNET_BACKEND_GUARD:
      return "guard";
    case SIGNET_BACKEND_SECCOMP:
      return "seccomp";
    case SIGNET_BACKEND_KERNEL:
      return "kernel";
    case SIGNET_BACKEND_COUNT:
      break;
  }
  return "";
}

// What a range is that this backend holds.
constexpr std::string_view SealText(signet_backend backend) {
  switch (backend) {
    case SIGNET_BACKEND_NONE:
      return "not sealed";
    case SIGNET_BACKEND_GUARD:
      return "sealed by the guard";
    case SIGNET_BACKEND_SECCOMP:
      return "sealed by seccomp";
    case SIGNET_BACKEND_KERNEL:
      return "sealed by the kernel";
    case SIGNET_BACKEND_COUNT:
      break;
  }
  return "";
}

// What a module without a name is called. Empty for the origins whose modules have files.
constexpr std::string_view OriginName(signet_origin origin) {
  switch (origin) {
    case SIGNET_ORIGIN_KERNEL:
      return "[vdso]";
    case SIGNET_ORIGIN_STAND_IN:
      return "[stand-in]";
    case SIGNET_ORIGIN_OWN:
      return "[own]";
    case SIGNET_ORIGIN_PROGRAM:
    case SIGNET_ORIGIN_LIBRARY:
    case SIGNET_ORIGIN_ADOPTED:
    case SIGNET_ORIGIN_LOADER:
    case SIGNET_ORIGIN_COUNT:
      break;
  }
  return "";
}

// Why a range is as it is: lower case, no full stop, so that more can follow. Two need something
// beside them: NOT_SELECTED needs its subject in front, "kind text", and REFUSED the error behind.
constexpr std::string_view ReasonText(signet_reason reason) {
  switch (reason) {
    case SIGNET_REASON_SEALED:
      return "sealed";
    case SIGNET_REASON_NOT_SELECTED:
      return "is not among those to seal";
    case SIGNET_REASON_NO_MSEAL:
      return "this kernel has no mseal";
    case SIGNET_REASON_REFUSED:
      return "mseal failed";
    case SIGNET_REASON_SELF_RELOCATED:
      return "a static program relocates and protects this part itself, later";
    case SIGNET_REASON_NOT_MARKED:
      return "module not marked";
    case SIGNET_REASON_MUTABLE:
      return "the file asks that it be left changeable";
    case SIGNET_REASON_NOT_ASKED:
      return "mseal was not asked for";
    case SIGNET_REASON_NOT_WATCHED:
      return "a static program relocates this part itself, and could not be watched (Syscall User "
             "Dispatch)";
    case SIGNET_REASON_NOT_CLOSED:
      return "a static program relocates this part itself, and did not protect it at its start";
    case SIGNET_REASON_OWN:
      return "sealed by the program itself";
    case SIGNET_REASON_DLOPENED:
      return "it came by dlopen, and --dlopen-seal leaves that unsealed";
    case SIGNET_REASON_COUNT:
      break;
  }
  return "";
}

}  // namespace signet
