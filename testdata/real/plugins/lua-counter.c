// SPDX-License-Identifier: MIT
struct lua_State;
long long luaL_checkinteger(struct lua_State*, int);
void lua_pushinteger(struct lua_State*, long long);
void lua_pushcclosure(struct lua_State*, int (*)(struct lua_State*), int);
int luaL_error(struct lua_State*, const char*, ...);
static int add(struct lua_State* l) {
  static long long sum;
  long long n = luaL_checkinteger(l, 1);
  if (n < 0) return luaL_error(l, "negative: %d", (int)n);
  lua_pushinteger(l, sum += n);
  return 1;
}
int luaopen_counter(struct lua_State* l) {
  lua_pushcclosure(l, add, 0);
  return 1;
}
