// Random commands to the register, legal and illegal, by people of all kinds, over few names so
// that they meet. The same seed asks the same.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/services/registry/live_register.h"

namespace sanzhang::registry {

// SANZHANG_SEED, or a new one; printed.
std::uint64_t ChooseSeed();

class RandomRegister {
 public:
  explicit RandomRegister(std::uint64_t seed) : random_(seed) {}

  // Gives one command. A refusal for a reason that is none of the register's fails the test.
  void Play(LiveRegister& live);

  int accepted = 0;
  int refused = 0;

 private:
  using Command = std::pair<std::string, std::string>;  // RPC and request.

  int Draw(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
  std::string One(const std::vector<std::string>& of);
  std::string Id(const std::string& letter, int many = 4);
  std::string Name(const std::string& collection, const std::string& letter, int many = 4);
  std::string Body();
  std::string Unit();
  std::string Who();
  std::string EndReason();

  Command AboutPlaces();
  Command AboutPeople();
  Command AboutBodies();
  Command AboutSeats();
  Command AboutChiefs();
  Command Next();

  std::mt19937_64 random_;
};

}  // namespace sanzhang::registry
