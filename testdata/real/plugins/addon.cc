// SPDX-License-Identifier: MIT
#include <stddef.h>

#include <stdexcept>
#include <string>
typedef struct env__* env;
typedef struct value__* value;
typedef struct info__* info;
extern "C" {
int napi_create_function(env, const char*, size_t, value (*)(env, info), void*, value*);
int napi_create_string_utf8(env, const char*, size_t, value*);
int napi_set_named_property(env, value, const char*, value);
int napi_throw_error(env, const char*, const char*);
static thread_local int calls;
static value Greet(env e, info) {
  std::string text = "greeting " + std::to_string(++calls);
  try {
    throw std::runtime_error(text);
  } catch (const std::exception& error) {
    text = error.what();
  }
  value result;
  napi_create_string_utf8(e, text.data(), text.size(), &result);
  return result;
}
__attribute__((visibility("default"))) value napi_register_module_v1(env e, value exports) {
  value greet;
  napi_create_function(e, "greet", 5, Greet, nullptr, &greet);
  napi_set_named_property(e, exports, "greet", greet);
  return exports;
}
}
