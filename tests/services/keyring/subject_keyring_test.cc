#include "services/keyring/subject_keyring.h"

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "proto/wire/refusal.h"
#include "services/keyring/key_wrap.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::keyring {
namespace {

namespace fs = std::filesystem;
using State = SubjectState;

constexpr char kLi[] = "communities/c1/persons/p-li";
constexpr char kWu[] = "communities/c1/persons/p-wu";
constexpr char kZhao[] = "communities/c1/persons/p-zhao";

std::unique_ptr<SubjectKeyring> OpenAt(const std::string& folder) {
  auto keyring = SubjectKeyring::Open(folder);
  EXPECT_TRUE(keyring.ok()) << keyring.status();
  return keyring.ok() ? *std::move(keyring) : nullptr;
}

std::string KeyOf(SubjectKeyring& keyring, std::string_view subject) {
  const absl::StatusOr<SubjectKey> key = keyring.KeyFor(subject);
  EXPECT_TRUE(key.ok()) << key.status();
  return key.ok() && key->version != 0 ? std::string(key->key.view()) : "";
}

// Every byte of every file.
std::string BytesIn(const std::string& folder) {
  std::stringstream all;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) all << std::ifstream(entry.path(), std::ios::binary).rdbuf();
  }
  return all.str();
}

std::string BytesOf(const std::string& file) {
  std::stringstream bytes;
  bytes << std::ifstream(file, std::ios::binary).rdbuf();
  return bytes.str();
}

std::vector<std::string> FilesIn(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

TEST(KeyWrap, OpensForItsOwnerUnderItsKeyAlone) {
  const SecretKey under(std::string(SecretKey::kBytes, 'e'));
  const SecretKey key(std::string(SecretKey::kBytes, 'k'));
  const std::string wrapped = Wrap(under, kLi, key);
  EXPECT_NE(Wrap(under, kLi, key), wrapped) << "each time otherwise";
  SecretKey open;
  ASSERT_TRUE(Unwrap(under, kLi, wrapped, open));
  EXPECT_EQ(open.view(), key.view());
  const auto refuses = [](const SecretKey& by, std::string_view whose, const std::string& bytes) {
    const std::string before(SecretKey::kBytes, 'b');
    SecretKey as_it_was(before);
    return !Unwrap(by, whose, bytes, as_it_was) && as_it_was.view() == before;
  };
  EXPECT_TRUE(refuses(under, kWu, wrapped)) << "another's row";
  EXPECT_TRUE(refuses(key, kLi, wrapped)) << "another epoch";
  EXPECT_TRUE(refuses(under, kLi, wrapped + "x"));
  EXPECT_TRUE(refuses(under, kLi, wrapped.substr(0, 71)));
  std::string changed = wrapped;
  changed.back() ^= 1;
  EXPECT_TRUE(refuses(under, kLi, changed));
}

// Made apart: a store is not written anew when the program is.
TEST(KeyWrap, OpensWhatWasWrappedEverBefore) {
  SecretKey open;
  ASSERT_TRUE(Unwrap(
      SecretKey(std::string(SecretKey::kBytes, 'e')), kLi,
      absl::HexStringToBytes("6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e"
                             "2f98d6650f2e73a476c1e1f9d8542d9ac268683ab31e7d4df30518f93f503df9"
                             "ffcc404e4d686b9841a698cb28e4e5b8"),
      open));
  EXPECT_EQ(open.view(), std::string(SecretKey::kBytes, 'k'));
}

TEST(SubjectKeyring, KeepsWhatItMade) {
  const support::TempDir dir;
  const std::string folder = dir.File("persons");
  std::string li;
  {
    const auto keyring = OpenAt(folder);
    EXPECT_EQ(*keyring->StateOf(kLi), State::kAbsent);
    li = KeyOf(*keyring, kLi);
    EXPECT_EQ(li.size(), 32u);
    EXPECT_EQ(KeyOf(*keyring, kLi), li);
    EXPECT_NE(KeyOf(*keyring, kWu), li);
    EXPECT_EQ(*keyring->StateOf(kLi), State::kLive);
    EXPECT_EQ(BytesIn(folder).find(li), std::string::npos) << "a raw key on disk";
    EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all);
    EXPECT_EQ(fs::status(folder + "/epoch.1.key").permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
  }
  const auto again = OpenAt(folder);
  EXPECT_EQ(again->Find(kLi)->key.view(), li);
  EXPECT_EQ(again->Find(kLi)->version, 1u);
  EXPECT_FALSE(again->KeyFor("").ok());
}

TEST(SubjectKeyring, KeepsNoMoreThanItMay) {
  const support::TempDir dir;
  auto keyring = *SubjectKeyring::Open(dir.File("k"), {.keys_cached_max = 2});
  std::vector<std::string> keys;
  for (int i = 0; i < 10; ++i) keys.push_back(KeyOf(*keyring, "s" + std::to_string(i)));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(KeyOf(*keyring, "s" + std::to_string(i)), keys[i]);
}

TEST(SubjectKeyring, ManyAtOnceGetOneKeyEach) {
  const support::TempDir dir;
  const auto keyring = OpenAt(dir.File("k"));
  constexpr int kThreads = 8;
  constexpr int kSubjects = 50;
  std::vector<std::vector<std::string>> keys(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kSubjects; ++i) keys[t].push_back(KeyOf(*keyring, std::to_string(i)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int t = 1; t < kThreads; ++t) EXPECT_EQ(keys[t], keys[0]);
  std::sort(keys[0].begin(), keys[0].end());
  EXPECT_EQ(std::unique(keys[0].begin(), keys[0].end()), keys[0].end());
}

TEST(SubjectKeyring, RestrictsAndLifts) {
  const support::TempDir dir;
  const std::string folder = dir.File("k");
  std::string li;
  {
    const auto keyring = OpenAt(folder);
    li = KeyOf(*keyring, kLi);
    ASSERT_TRUE(keyring->Restrict(kLi).ok());
    ASSERT_TRUE(keyring->Restrict(kWu).ok()) << "also where there is no key yet";
    EXPECT_EQ(keyring->KeyFor(kLi)->state, State::kRestricted);
    EXPECT_EQ(KeyOf(*keyring, kLi), "");
    EXPECT_EQ(KeyOf(*keyring, kWu), "");
    EXPECT_EQ(keyring->Find(kLi)->key.view(), li) << "the subject may still read";
  }
  const auto again = OpenAt(folder);
  EXPECT_EQ(*again->StateOf(kLi), State::kRestricted);
  EXPECT_EQ(*again->StateOf(kWu), State::kRestricted);
  ASSERT_TRUE(again->Lift(kLi).ok());
  ASSERT_TRUE(again->Lift(kWu).ok());
  ASSERT_TRUE(again->Lift(kZhao).ok());
  EXPECT_EQ(KeyOf(*again, kLi), li);
  EXPECT_EQ(*again->StateOf(kWu), State::kAbsent);
}

TEST(SubjectKeyring, DestroysForGood) {
  const support::TempDir dir;
  const std::string folder = dir.File("k");
  std::string li;
  std::string wu;
  std::string old_epoch_key;
  {
    const auto keyring = OpenAt(folder);
    li = KeyOf(*keyring, kLi);
    wu = KeyOf(*keyring, kWu);
    old_epoch_key = BytesOf(folder + "/epoch.1.key");
    ASSERT_EQ(old_epoch_key.size(), 32u);
    fs::create_hard_link(folder + "/epoch.1.key", dir.File("same bytes"));
    const std::vector<std::string> gone = {kLi, kZhao};
    ASSERT_TRUE(keyring->Destroy(gone).ok());
    EXPECT_EQ(keyring->epoch(), 2u);
    ASSERT_TRUE(keyring->Destroy(gone).ok());
    EXPECT_EQ(keyring->epoch(), 2u) << "already so";
    EXPECT_EQ(*keyring->StateOf(kLi), State::kDestroyed);
    EXPECT_EQ(KeyOf(*keyring, kLi), "") << "destroyed never mints again";
    EXPECT_EQ(KeyOf(*keyring, kZhao), "") << "not for those either that had none";
    EXPECT_EQ(keyring->Find(kLi)->version, 0u);
    EXPECT_EQ(KeyOf(*keyring, kWu), wu);
    EXPECT_TRUE(absl::IsFailedPrecondition(keyring->Restrict(kLi)));
    EXPECT_TRUE(absl::IsFailedPrecondition(keyring->Lift(kLi)));
  }
  EXPECT_EQ(FilesIn(folder), (std::vector<std::string>{"epoch.2.key", "persons.2.sqlite"}));
  EXPECT_EQ(BytesOf(dir.File("same bytes")), std::string(32, '\0')) << "overwritten, then removed";
  const std::string bytes = BytesIn(folder);
  for (const std::string& secret : {li, wu, old_epoch_key}) {
    EXPECT_EQ(bytes.find(secret), std::string::npos);
  }
  const auto again = OpenAt(folder);
  EXPECT_EQ(*again->StateOf(kLi), State::kDestroyed);
  EXPECT_EQ(KeyOf(*again, kWu), wu);
}

// One's erasure leaves others as they were; and who is restricted can be forgotten too.
TEST(SubjectKeyring, RestrictionsOutliveTheErasureOfOthers) {
  const support::TempDir dir;
  const auto keyring = OpenAt(dir.File("k"));
  const std::string li = KeyOf(*keyring, kLi);
  ASSERT_TRUE(keyring->Restrict(kLi).ok());
  ASSERT_TRUE(keyring->Restrict(kWu).ok()) << "without a key";
  std::vector<std::string> gone = {kZhao};
  ASSERT_TRUE(keyring->Destroy(gone).ok());
  EXPECT_EQ(*keyring->StateOf(kLi), State::kRestricted);
  EXPECT_EQ(keyring->Find(kLi)->key.view(), li);
  EXPECT_EQ(*keyring->StateOf(kWu), State::kRestricted);
  gone = {kLi, kWu};
  ASSERT_TRUE(keyring->Destroy(gone).ok());
  EXPECT_EQ(*keyring->StateOf(kLi), State::kDestroyed);
  EXPECT_EQ(*keyring->StateOf(kWu), State::kDestroyed);
}

TEST(SubjectKeyring, TagsEndWithTheEpoch) {
  const support::TempDir dir;
  const auto keyring = OpenAt(dir.File("k"));
  const auto one = keyring->TagOf("13800000001");
  EXPECT_EQ(one.key_id.size(), 8u);
  EXPECT_EQ(one.digest.size(), 16u);
  EXPECT_EQ(keyring->TagOf("13800000001").digest, one.digest);
  EXPECT_NE(keyring->TagOf("13800000002").digest, one.digest);
  const std::vector<std::string> gone = {kLi};
  ASSERT_TRUE(keyring->Destroy(gone).ok());
  EXPECT_NE(keyring->TagOf("13800000001").key_id, one.key_id);
  EXPECT_NE(keyring->TagOf("13800000001").digest, one.digest);
  const auto other = OpenAt(dir.File("other"));
  EXPECT_NE(other->TagOf("13800000001").key_id, one.key_id);
}

// What is copied back from an old backup obeys the log before it serves.
TEST(SubjectKeyring, AnOldCopyObeysTheLedger) {
  const support::TempDir dir;
  const std::string folder = dir.File("k");
  std::string wu;
  {
    const auto keyring = OpenAt(folder);
    KeyOf(*keyring, kLi);
    wu = KeyOf(*keyring, kWu);
    ASSERT_TRUE(keyring->Restrict(kZhao).ok());
  }
  fs::copy(folder, dir.File("backup"));
  {
    const auto keyring = OpenAt(folder);
    const std::vector<std::string> gone = {kLi};
    ASSERT_TRUE(keyring->Destroy(gone).ok());
  }
  fs::remove_all(folder);
  fs::copy(dir.File("backup"), folder);
  const auto restored = OpenAt(folder);
  EXPECT_EQ(*restored->StateOf(kLi), State::kLive) << "this is what the ledger is for";
  const std::string yi = "communities/c1/persons/p-yi";
  ASSERT_TRUE(restored->Obey({.destroyed = {kLi, yi}, .restricted = {kWu, kLi}}).ok());
  EXPECT_EQ(*restored->StateOf(kLi), State::kDestroyed);
  EXPECT_EQ(KeyOf(*restored, yi), "") << "whose key is younger than the copy";
  EXPECT_EQ(*restored->StateOf(kWu), State::kRestricted);
  EXPECT_EQ(*restored->StateOf(kZhao), State::kAbsent) << "lifted: the ledger does not name it";
  const std::uint64_t epoch = restored->epoch();
  ASSERT_TRUE(restored->Obey({.destroyed = {kLi}, .restricted = {}}).ok());
  EXPECT_EQ(restored->epoch(), epoch);
  EXPECT_EQ(KeyOf(*restored, kWu), wu);
}

// A copy of the folder laid over a newer one changes nothing.
TEST(SubjectKeyring, ANewerEpochBeatsAnOlderOneBesideIt) {
  const support::TempDir dir;
  const std::string folder = dir.File("k");
  KeyOf(*OpenAt(folder), kLi);
  fs::copy(folder, dir.File("backup"));
  {
    const std::vector<std::string> gone = {kLi};
    ASSERT_TRUE(OpenAt(folder)->Destroy(gone).ok());
  }
  fs::copy(dir.File("backup"), folder);
  std::ofstream(folder + "/persons.2.sqlite.part") << "half";
  EXPECT_EQ(*OpenAt(folder)->StateOf(kLi), State::kDestroyed);
  EXPECT_EQ(FilesIn(folder), (std::vector<std::string>{"epoch.2.key", "persons.2.sqlite"}));
}

TEST(SubjectKeyring, RefusesWhatIsDamagedOrNotItsOwn) {
  const support::TempDir dir;
  const std::string folder = dir.File("k");
  KeyOf(*OpenAt(folder), kLi);
  {
    const auto first = OpenAt(folder);
    EXPECT_TRUE(absl::IsFailedPrecondition(SubjectKeyring::Open(folder).status()));
  }
  const auto status_with = [&](const std::string& file, const std::string& bytes) {
    const std::string copy = dir.File("copy");
    fs::remove_all(copy);
    fs::copy(folder, copy);
    std::ofstream(copy + "/" + file, std::ios::binary) << bytes;
    return SubjectKeyring::Open(copy).status();
  };
  EXPECT_TRUE(absl::IsDataLoss(status_with("epoch.1.key", std::string(32, 'x'))));
  EXPECT_TRUE(absl::IsDataLoss(status_with("epoch.1.key", "short")));
  EXPECT_TRUE(absl::IsDataLoss(status_with("persons.1.sqlite", std::string(4096, 'x'))));
  EXPECT_TRUE(absl::IsDataLoss(status_with("persons.2.sqlite", "")));
  const std::string lost = dir.File("lost");
  fs::create_directory(lost);
  std::ofstream(lost + "/epoch.2.key", std::ios::binary) << std::string(32, 'x');
  EXPECT_TRUE(absl::IsDataLoss(SubjectKeyring::Open(lost).status()));
}

// A row is its subject's, in its state, or the store has failed; then it answers nobody.
TEST(SubjectKeyring, ARowThatDoesNotFitEndsTheStore) {
  const support::TempDir dir;
  const std::string folder = dir.File("k");
  {
    const auto keyring = OpenAt(folder);
    KeyOf(*keyring, kLi);
    KeyOf(*keyring, kWu);
  }
  for (const std::string change :
       {"wrapped = (SELECT wrapped FROM subject WHERE name LIKE '%/p-wu')", "wrapped = x'00'",
        "version = 0, wrapped = x''", "version = 2", "state = 3", "state = 9"}) {
    SCOPED_TRACE(change);
    const std::string copy = dir.File("copy");
    fs::remove_all(copy);
    fs::copy(folder, copy);
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open((copy + "/persons.1.sqlite").c_str(), &db), SQLITE_OK);
    const std::string sql = "UPDATE subject SET " + change + " WHERE name LIKE '%/p-li'";
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    EXPECT_EQ(sqlite3_changes(db), 1);
    sqlite3_close(db);
    const auto keyring = OpenAt(copy);
    EXPECT_NE(KeyOf(*keyring, kWu), "");
    for (const char* subject : {kLi, kWu, kZhao}) {
      EXPECT_EQ(wire::ReasonOf(keyring->KeyFor(subject).status()),
                type::v1::ERROR_REASON_KEYRING_UNAVAILABLE)
          << subject;
    }
  }
}

// Not by what is asked for first: a key that can't be read later would look like a lost one.
TEST(SubjectKeyring, RefusesDamageThatLiesDeep) {
  const support::TempDir dir;
  const std::string folder = dir.File("k");
  std::vector<std::string> many;
  for (int i = 0; i < 1000; ++i) many.push_back("communities/c1/persons/p" + std::to_string(i));
  ASSERT_TRUE(OpenAt(folder)->Destroy(many).ok());
  ASSERT_NE(OpenAt(folder), nullptr);
  {
    std::fstream store(folder + "/persons.2.sqlite",
                       std::ios::in | std::ios::out | std::ios::binary);
    store.seekp(-4096, std::ios::end);
    store << std::string(4096, 'x');
  }
  EXPECT_TRUE(absl::IsDataLoss(SubjectKeyring::Open(folder).status()));
}

// Ends the process at the step that is to be the last.
int steps_left = 0;
void CountDown(std::string_view) {
  if (--steps_left == 0) ::_exit(9);
}

// Runs it in a process of its own that is killed at the step. False: it ended before.
template <class Work>
bool KilledAt(int step, const Work& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    steps_left = step;
    work();
    ::_exit(0);
  }
  int how = 0;
  EXPECT_EQ(::waitpid(child, &how, 0), child);
  EXPECT_TRUE(WIFEXITED(how) && (WEXITSTATUS(how) == 9 || WEXITSTATUS(how) == 0));
  return WIFEXITED(how) && WEXITSTATUS(how) == 9;
}

// Killed at each step of a destruction, then at each step of what completes it.
TEST(SubjectKeyring, KilledAnywhereItCompletes) {
  const support::TempDir dir;
  const std::string before = dir.File("before");
  std::string li;
  std::string wu;
  {
    const auto keyring = OpenAt(before);
    li = KeyOf(*keyring, kLi);
    wu = KeyOf(*keyring, kWu);
  }
  const auto reopen = [](const std::string& folder) {
    return SubjectKeyring::Open(folder, {.keys_cached_max = 8, .at_step = CountDown});
  };
  int kills = 0;
  for (int first = 1;; ++first) {
    const std::string folder = dir.File("f" + std::to_string(first));
    fs::copy(before, folder);
    const bool killed = KilledAt(first, [&] {
      const auto keyring = reopen(folder);
      const std::vector<std::string> gone = {kLi};
      if (keyring.ok()) (*keyring)->Destroy(gone).IgnoreError();
    });
    if (!killed) break;
    for (int second = 1;; ++second) {
      const std::string half = dir.File("half");
      fs::remove_all(half);
      fs::copy(folder, half);
      const bool again = KilledAt(second, [&] { reopen(half).IgnoreError(); });
      const auto keyring = OpenAt(half);
      ASSERT_NE(keyring, nullptr) << first << ", " << second;
      EXPECT_EQ(*keyring->StateOf(kLi), State::kDestroyed) << first << ", " << second;
      EXPECT_EQ(KeyOf(*keyring, kWu), wu) << first << ", " << second;
      EXPECT_EQ(keyring->epoch(), 2u);
      const std::vector<std::string> files = FilesIn(half);
      EXPECT_EQ(std::count_if(files.begin(), files.end(),
                              [](const std::string& name) { return name.ends_with(".key"); }),
                1);
      ++kills;
      if (!again) break;
    }
  }
  EXPECT_GT(kills, 15);
}

std::string watched_store;
bool stood_early = false;
void LookForTheNewStore(std::string_view step) {
  if (step == "the new store is on disk") stood_early = fs::exists(watched_store);
}

// Whichever store has its name is whole: the newest one counts, and all others go.
TEST(SubjectKeyring, AStoreTakesItsNameWhenItIsWhole) {
  const support::TempDir dir;
  const std::string folder = dir.File("k");
  watched_store = folder + "/persons.2.sqlite";
  stood_early = false;
  const auto keyring = *SubjectKeyring::Open(folder, {.at_step = LookForTheNewStore});
  const std::vector<std::string> gone = {kLi};
  ASSERT_TRUE(keyring->Destroy(gone).ok());
  EXPECT_TRUE(fs::exists(watched_store));
  EXPECT_FALSE(stood_early);
}

// The first start may be killed too.
TEST(SubjectKeyring, BeginsAnewWhereItsFirstStartWasKilled) {
  const support::TempDir dir;
  for (int step = 1;; ++step) {
    const std::string folder = dir.File("f" + std::to_string(step));
    const bool killed = KilledAt(step, [&] {
      SubjectKeyring::Open(folder, {.keys_cached_max = 8, .at_step = CountDown}).IgnoreError();
    });
    EXPECT_EQ(KeyOf(*OpenAt(folder), kLi).size(), 32u);
    if (!killed) break;
  }
}

}  // namespace
}  // namespace sanzhang::keyring
