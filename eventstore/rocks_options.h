// The RocksDB options of the log; every value is a decision, and is read back after opening.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "eventstore/commit_log.h"

namespace rocksdb {
class Cache;
class ColumnFamilyHandle;
class DB;
class Env;
class EventListener;
class Logger;
struct ColumnFamilyOptions;
struct DBOptions;
struct ReadOptions;
struct WriteOptions;
}  // namespace rocksdb

namespace sanzhang::eventstore {

rocksdb::DBOptions LogDbOptions(rocksdb::Env* env,
                                std::shared_ptr<rocksdb::EventListener> listener);
// Of the records, and of each kind of row. They share one cache, which bounds the memory of reads.
rocksdb::ColumnFamilyOptions RecordFamilyOptions(std::shared_ptr<rocksdb::Cache> cache);
rocksdb::ColumnFamilyOptions RowFamilyOptions(RowKind kind, std::shared_ptr<rocksdb::Cache> cache);
rocksdb::WriteOptions LogWriteOptions();
rocksdb::ReadOptions LogReadOptions();
// RocksDB writes a file of its own messages into the folder unless it is given this.
std::shared_ptr<rocksdb::Logger> NoMessages();

// INTERNAL, naming the option, if the open database runs with another value than was asked for.
// `asked`: the recovery mode of the write-ahead log is the start's decision.
absl::Status CheckOptions(rocksdb::DB& db, const rocksdb::DBOptions& asked,
                          const std::vector<rocksdb::ColumnFamilyHandle*>& families);

}  // namespace sanzhang::eventstore
