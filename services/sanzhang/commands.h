// The subcommands. Each adds itself to the program; when it is the chosen one, it does its work
// once the flags are read, and leaves its exit code in `exit_code`.
#pragma once

#include "CLI/App.hpp"

namespace sanzhang::app {

// Exit codes beside 0; 64 and up as in sysexits.h.
inline constexpr int kExitRefused = 1;   // The server, or a rule, said no.
inline constexpr int kExitUsage = 64;    // The command line can't be understood.
inline constexpr int kExitDamage = 65;   // The log is damaged: a restart does not help.
inline constexpr int kExitStopped = 74;  // The log stopped after an I/O error: restart.
inline constexpr int kExitConfig = 78;   // The configuration is wrong.

void AddServe(CLI::App& program, int& exit_code);
void AddCommandd(CLI::App& program, int& exit_code);
void AddProjector(CLI::App& program, int& exit_code);
void AddCall(CLI::App& program, int& exit_code);
void AddImport(CLI::App& program, int& exit_code);
void AddAudit(CLI::App& program, int& exit_code);
// Of `audit`.
void AddAuditReport(CLI::App& audit, int& exit_code);
void AddAuditTally(CLI::App& audit, int& exit_code);
void AddAuditReceipt(CLI::App& audit, int& exit_code);
void AddAuditVerify(CLI::App& audit, int& exit_code);
void AddAuditReplay(CLI::App& audit, int& exit_code);
void AddAuditDiff(CLI::App& audit, int& exit_code);
void AddAuditExplain(CLI::App& audit, int& exit_code);
void AddAuditExport(CLI::App& audit, int& exit_code);
void AddAuditProve(CLI::App& audit, int& exit_code);
void AddAdmin(CLI::App& program, int& exit_code);
// Of `admin`.
void AddAdminBackup(CLI::App& admin, int& exit_code);
void AddAdminErasures(CLI::App& admin, int& exit_code);
void AddWitness(CLI::App& program, int& exit_code);
void AddDemo(CLI::App& program, int& exit_code);

}  // namespace sanzhang::app
