#include "eventstore/rocks_options.h"

#include <cstdarg>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/limits.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/file_checksum.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/listener.h"
#include "rocksdb/options.h"
#include "rocksdb/table.h"

namespace sanzhang::eventstore {
namespace {

constexpr std::size_t kProtectionBytesPerKey = 8;
constexpr double kBloomBitsPerKey = 10;

rocksdb::ColumnFamilyOptions FamilyOptions(std::shared_ptr<rocksdb::Cache> cache,
                                           bool looked_up_by_key) {
  rocksdb::BlockBasedTableOptions table;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  table.verify_compression = true;
  table.detect_filter_construct_corruption = true;
  table.block_cache = std::move(cache);
  // Indexes and filters live in the cache, so that memory does not grow with the log.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  rocksdb::ColumnFamilyOptions options;
  if (looked_up_by_key) {
    // Most look-ups are for what is not there: new streams and new requests.
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
    options.memtable_prefix_bloom_size_ratio = 0.05;
    options.memtable_whole_key_filtering = true;
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = kMemtableBytesMax;
  options.max_write_buffer_number = 2;  // More meets flush-retry reorder bugs.
  options.compression = rocksdb::kLZ4Compression;
  options.memtable_protection_bytes_per_key = kProtectionBytesPerKey;
  options.force_consistency_checks = true;
  options.check_flush_compaction_key_order = true;
  options.paranoid_file_checks = true;  // Every new file is read again before the old ones go.
  return options;
}

}  // namespace

rocksdb::DBOptions LogDbOptions(rocksdb::Env* env,
                                std::shared_ptr<rocksdb::EventListener> listener) {
  rocksdb::DBOptions options;
  options.env = env;
  options.listeners = {std::move(listener)};

  // The write-ahead log: whole, plain, synced; each of these features has lost data in recovery.
  options.manual_wal_flush = false;
  options.wal_compression = rocksdb::kNoCompression;
  options.recycle_log_file_num = 0;
  options.two_write_queues = false;
  options.unordered_write = false;
  options.enable_pipelined_write = false;
  options.allow_mmap_writes = false;
  options.atomic_flush = false;
  options.allow_2pc = false;
  options.use_fsync = false;  // fdatasync also syncs the size.
  options.max_total_wal_size = kWalBytesMax;

  // Damage is found, never skipped.
  options.paranoid_checks = true;
  // Alone it is not right: see start_decision.h, which reads the logs before RocksDB does.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;
  options.verify_sst_unique_id_in_manifest = true;
  options.flush_verify_memtable_count = true;
  options.best_efforts_recovery = false;
  options.avoid_flush_during_recovery = false;  // What was recovered is synced before it is served.
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  options.fail_if_options_file_error = true;

  // Fail-stop: no recovery in process.
  options.max_bgerror_resume_count = 0;

  // Small and deterministic.
  options.max_background_jobs = 2;
  options.max_manifest_file_size = 1 << 30;  // It rolls only at open, after free space was checked.
  options.max_open_files = kOpenFilesMax;
  options.allow_concurrent_memtable_write = false;  // There is one writer.
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.keep_log_file_num = 4;
  options.max_log_file_size = 8 << 20;
  options.allow_data_in_errors = false;
  options.db_host_id = "";
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

rocksdb::ColumnFamilyOptions RecordFamilyOptions(std::shared_ptr<rocksdb::Cache> cache) {
  return FamilyOptions(std::move(cache), false);
}

rocksdb::ColumnFamilyOptions RowFamilyOptions(RowKind kind, std::shared_ptr<rocksdb::Cache> cache) {
  return FamilyOptions(std::move(cache), kind == RowKind::kHead || kind == RowKind::kRequest);
}

rocksdb::WriteOptions LogWriteOptions() {
  rocksdb::WriteOptions options;
  options.sync = true;
  options.disableWAL = false;
  options.protection_bytes_per_key = kProtectionBytesPerKey;
  return options;
}

rocksdb::ReadOptions LogReadOptions() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  options.async_io = false;
  return options;
}

std::shared_ptr<rocksdb::Logger> NoMessages() {
  struct Silent final : rocksdb::Logger {
    using rocksdb::Logger::Logv;
    void Logv(const char*, va_list) override {}
  };
  return std::make_shared<Silent>();
}

absl::Status CheckOptions(rocksdb::DB& db, const rocksdb::DBOptions& asked,
                          const std::vector<rocksdb::ColumnFamilyHandle*>& families) {
  std::string wrong;
  const auto check = [&wrong](bool as_asked, const char* name) {
    if (!as_asked) absl::StrAppend(&wrong, " ", name);
  };
  const rocksdb::DBOptions is = db.GetDBOptions();
  check(!is.manual_wal_flush, "manual_wal_flush");
  check(is.wal_compression == rocksdb::kNoCompression, "wal_compression");
  check(is.recycle_log_file_num == 0, "recycle_log_file_num");
  check(!is.two_write_queues, "two_write_queues");
  check(!is.unordered_write, "unordered_write");
  check(!is.enable_pipelined_write, "enable_pipelined_write");
  check(!is.allow_mmap_writes, "allow_mmap_writes");
  check(!is.atomic_flush, "atomic_flush");
  check(!is.allow_2pc, "allow_2pc");
  check(!is.use_fsync, "use_fsync");
  check(is.max_total_wal_size == kWalBytesMax, "max_total_wal_size");
  check(is.paranoid_checks, "paranoid_checks");
  check(is.wal_recovery_mode == asked.wal_recovery_mode, "wal_recovery_mode");
  check(is.track_and_verify_wals_in_manifest, "track_and_verify_wals_in_manifest");
  check(is.verify_sst_unique_id_in_manifest, "verify_sst_unique_id_in_manifest");
  check(is.flush_verify_memtable_count, "flush_verify_memtable_count");
  check(!is.best_efforts_recovery, "best_efforts_recovery");
  check(!is.avoid_flush_during_recovery, "avoid_flush_during_recovery");
  check(is.file_checksum_gen_factory != nullptr, "file_checksum_gen_factory");
  check(is.fail_if_options_file_error, "fail_if_options_file_error");
  check(is.max_bgerror_resume_count == 0, "max_bgerror_resume_count");
  check(is.max_background_jobs == 2, "max_background_jobs");
  check(is.max_manifest_file_size == 1 << 30, "max_manifest_file_size");
  check(is.info_log_level == rocksdb::InfoLogLevel::WARN_LEVEL, "info_log_level");
  check(!is.allow_data_in_errors, "allow_data_in_errors");
  check(is.db_host_id.empty(), "db_host_id");
  check(!is.listeners.empty(), "listeners");
  for (rocksdb::ColumnFamilyHandle* family : families) {
    const rocksdb::Options of = db.GetOptions(family);
    check(of.max_write_buffer_number == 2, "max_write_buffer_number");
    check(of.memtable_protection_bytes_per_key == kProtectionBytesPerKey,
          "memtable_protection_bytes_per_key");
    check(of.force_consistency_checks, "force_consistency_checks");
    check(of.check_flush_compaction_key_order, "check_flush_compaction_key_order");
    check(of.paranoid_file_checks, "paranoid_file_checks");
    const auto* table = of.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
    check(table != nullptr && table->format_version == 5, "format_version");
    check(table != nullptr && table->checksum == rocksdb::kXXH3, "checksum");
    check(table != nullptr && table->verify_compression, "verify_compression");
    check(table != nullptr && table->detect_filter_construct_corruption,
          "detect_filter_construct_corruption");
  }
  if (wrong.empty()) return absl::OkStatus();
  return absl::InternalError("RocksDB runs with other options than asked for:" + wrong);
}

}  // namespace sanzhang::eventstore
