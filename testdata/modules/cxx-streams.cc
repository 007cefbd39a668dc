// SPDX-License-Identifier: MIT
//
// Streams: std::cout is a COPY relocation in a program at a fixed address.
#include <iomanip>
#include <iostream>
#include <locale>
#include <sstream>
#include <string>

int main() {
  std::string line;
  while (std::getline(std::cin, line)) std::cout << "read: " << line << '\n';
  std::ostringstream text;
  text << std::hex << std::showbase << 255 << ' ' << std::fixed << std::setprecision(2) << 1.5;
  std::cout << text.str() << std::endl;
  std::cout << std::locale().name() << std::endl;
  std::cerr << "to stderr\n";
  return std::cin.eof() ? 0 : 1;
}
