// The RocksDB options of the log; every value is a decision, and is read back after opening.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "eventstore/commit_log.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Env;
class EventListener;
struct ColumnFamilyOptions;
struct DBOptions;
struct ReadOptions;
struct WriteOptions;
}  // namespace rocksdb

namespace sanzhang::eventstore {

rocksdb::DBOptions LogDbOptions(rocksdb::Env* env,
                                std::shared_ptr<rocksdb::EventListener> listener);
// One for the records, and one for each kind of row; they share one bounded block cache.
rocksdb::ColumnFamilyOptions RecordFamilyOptions();
rocksdb::ColumnFamilyOptions RowFamilyOptions(RowKind kind);
rocksdb::WriteOptions LogWriteOptions();
rocksdb::ReadOptions LogReadOptions();

// INTERNAL, naming the option, if the open database runs with another value than was asked for.
absl::Status CheckOptions(rocksdb::DB& db,
                          const std::vector<rocksdb::ColumnFamilyHandle*>& families);

}  // namespace sanzhang::eventstore
