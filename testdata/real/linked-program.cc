// SPDX-License-Identifier: MIT
//
// Streams, virtual functions, exceptions across modules, threads and thread-local variables.
#include <atomic>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include "linked.h"

namespace {

class Square : public Shape {
 public:
  explicit Square(double side) : side_(side) {}
  double Area() const override { return side_ * side_; }

 private:
  double side_;
};

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) std::cout << "argument " << argv[i] << '\n';
  {
    const std::unique_ptr<Shape> shape = std::make_unique<Square>(1.5);
    std::cout << *shape << '\n';
  }
  std::cout << "counter " << ++g_library_counter << '\n';
  try {
    Fail("thrown");
  } catch (const LinkedError& error) {
    std::cout << error.what() << '\n';
  }
  std::atomic<int> sum = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&sum, i] {
      try {
        t_library_counter += i;
        Fail("in a thread");
      } catch (const std::exception&) {
        sum += t_library_counter;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::cout << "sum " << sum << ", here " << t_library_counter << ", doubled " << Doubler()(21)
            << std::endl;
  return 3;
}
