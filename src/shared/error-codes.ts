/** Who has to act when a code appears: decides where a lab looks first. */
export type ErrorClass =
  | 'usage'
  | 'input'
  | 'rack'
  | 'product'
  | 'configuration'
  | 'interrupted'
  | 'internal';

/** Where reports of scenarios count a failure: lab, product, scenario or set-up. */
export type FailureClass = 'rack' | 'product' | 'scenario' | 'configuration';

interface ErrorClassRow {
  /** Who acts, in a phrase. */
  readonly who: string;
  readonly inReports: FailureClass;
}

/** The classes, once: who has to act, and what a failing scenario is put down to. */
export const ERROR_CLASSES: Readonly<Record<ErrorClass, ErrorClassRow>> = {
  usage: { who: 'whoever typed the command', inReports: 'scenario' },
  input: { who: 'whoever made the file', inReports: 'scenario' },
  rack: { who: 'whoever keeps the boards', inReports: 'rack' },
  product: { who: 'whoever made the library or the firmware', inReports: 'product' },
  configuration: { who: 'whoever set up this computer or the rack file', inReports: 'configuration' },
  interrupted: { who: 'nobody', inReports: 'rack' },
  internal: { who: 'the makers of this software', inReports: 'rack' },
};

export interface ErrorCodeRow {
  readonly meaning: string;
  readonly remedy: string;
  readonly class: ErrorClass;
  /** 1 product differs, 2 bad input or usage, 3 rack, 4 fitness, 130 interrupted. */
  readonly exitStatus: number;
}

const row = (errorClass: ErrorClass, exitStatus: number, meaning: string, remedy: string): ErrorCodeRow => ({
  meaning,
  remedy,
  class: errorClass,
  exitStatus,
});

/** Every code of the project, once. docs/errors.md is generated from this table. */
export const ERROR_CODES = {
  // usage and configuration
  USAGE: row('usage', 2, 'The command line could not be understood.', 'Run the command with --help.'),
  INTERRUPTED: row('interrupted', 130, 'The user interrupted the command.', 'Run it again.'),
  INTERNAL: row('internal', 3, 'A defect of this software.', 'Report it with the evidence named.'),
  OUTPUT_NOT_WRITTEN: row(
    'input',
    2,
    'Results cannot be written to the place asked for.',
    'Name a place that can be made and written.',
  ),
  // --- signal files
  SIGNAL_FILE_UNREADABLE: row(
    'input',
    2,
    'A signal file cannot be opened, or is not text.',
    'Check the path and its permissions; signal files are .txt or .csv in UTF-8.',
  ),
  SIGNAL_FILE_EMPTY: row(
    'input',
    2,
    'A signal file holds no signal.',
    'Write one signal a line into the file.',
  ),
  SIGNAL_FILE_UTF16: row(
    'input',
    2,
    'A signal file is UTF-16.',
    'Save it as UTF-8 (for example: iconv -f UTF-16 -t UTF-8 IN > OUT).',
  ),
  SIGNAL_MIXED_SEPARATORS: row(
    'input',
    2,
    'A signal file uses more than one separator.',
    'Use one separator, space, comma, semicolon or tab, in the whole file.',
  ),
  SIGNAL_DECIMAL_COMMA: row(
    'input',
    2,
    'A signal file writes decimals with a comma.',
    'Write decimals with a point: 1.5, not 1,5.',
  ),
  SIGNAL_NOT_A_NUMBER: row(
    'input',
    2,
    'A field of a signal file is not a number.',
    'Correct the field, or remove the line.',
  ),
  SIGNAL_NOT_FINITE: row(
    'input',
    2,
    'A value of a signal is NaN, infinite, or too large for 32-bit floating point.',
    'Remove the line, or scale the values: the largest magnitude is 3.4e38.',
  ),
  SIGNAL_WRONG_COUNT: row(
    'input',
    2,
    'A line of a signal file has another count of values than it must have.',
    'Give every line the same count of values: axes times buffer size.',
  ),
  SIGNAL_AXES_MISMATCH: row(
    'input',
    2,
    'The count of values in a line cannot be divided by the number of axes.',
    'Check --axes; a line is x1 y1 z1 x2 y2 z2 ..., complete for every sample.',
  ),
  SIGNAL_TOO_FEW_LINES: row(
    'input',
    2,
    'A signal file has fewer than 20 lines.',
    'Record more signals: 20 at the very least, 100 or more are recommended.',
  ),
  SIGNAL_LINE_RANGE: row(
    'usage',
    2,
    'A range of lines cannot be used.',
    'Write FILE:first-last; lines count from 1 and both ends are included.',
  ),
  // --- library and engine
  LIBRARY_NOT_FOUND: row(
    'input',
    2,
    'No library at this place.',
    'Name a folder with library.json, that file, or a bundle zip; a library of NanoEdge AI Studio goes through neai import first.',
  ),
  LIBRARY_INVALID: row(
    'input',
    2,
    'A library.json breaks its schema.',
    'Search or export the library again.',
  ),
  LIBRARY_VERSION: row(
    'input',
    2,
    'A library.json is of a format version that this program does not know.',
    'Use the program version that wrote it, or search again.',
  ),
  KNOWLEDGE_MISMATCH: row(
    'input',
    2,
    'Knowledge does not belong to this library.',
    'Restore knowledge that was saved from the same library.',
  ),
  SEARCH_NO_LIBRARY: row(
    'input',
    2,
    'The search found no library for these files and limits.',
    'Raise the RAM limit or the budget, or give more lines.',
  ),
  SEARCH_STALLED: row(
    'internal',
    3,
    'For a minute no candidate of a search was finished.',
    'What was found is kept: go on with --resume. If it stops at the same candidate again, report it.',
  ),
  SEARCH_WORKER_FAILED: row(
    'internal',
    3,
    'A worker of a search ended while it had a candidate in work.',
    'What was found is kept: go on with --resume and fewer --workers (memory). If it ends again, report the candidate.',
  ),
  SEARCH_KERNELS_STALE: row(
    'internal',
    3,
    'The generated WebAssembly kernels of the search do not match the transforms and models of this version.',
    'Run npm run generate.',
  ),
  SEARCH_RESUME_REFUSED: row(
    'input',
    2,
    'There is no search to go on with, or it was one of other files, options or code.',
    'Give what that search had, or begin a new one without --resume.',
  ),
  SEARCH_JOURNAL_DAMAGED: row(
    'input',
    2,
    "A line in the middle of a search's journal cannot be read.",
    'Begin a new search without --resume.',
  ),
  PROJECT_FILE_INVALID: row(
    'input',
    2,
    'A project file is missing or says something that it cannot mean.',
    'Correct the place named; docs/projects.md has a whole project file.',
  ),
  PROJECT_KIND: row(
    'input',
    2,
    'A project of one kind was asked for what only the other kind has.',
    'A project keeps its kind: make another one with neai project create --kind.',
  ),
  PROJECT_EXISTS: row(
    'input',
    2,
    'There is a project in this folder already.',
    'Name another folder, or add to the project with neai project add.',
  ),
  PROJECT_BUSY: row(
    'input',
    2,
    'Another process is at work on this project.',
    'Wait until it ends, or end it.',
  ),
  BENCHMARK_UNKNOWN: row(
    'input',
    2,
    'The project has no such benchmark, or the benchmark no library yet.',
    'See neai project benchmarks.',
  ),
  EMULATOR_REFUSED: row('usage', 2, 'The emulator refuses the call.', 'See neai emulate --help.'),
  // --- build
  BUILD_TOOL_MISSING: row(
    'configuration',
    2,
    'A tool that a build needs is not installed.',
    'Run npm run setup, or install the package named.',
  ),
  BUILD_COMPILE_FAILED: row(
    'input',
    2,
    'The compiler or the linker refused the sources.',
    'See the first messages of the compiler in the evidence.',
  ),
  BUILD_TIMEOUT: row(
    'configuration',
    2,
    'A tool of the build did not end in time.',
    'Run it again; look for a computer that is overloaded or a disk that is full.',
  ),
  BUILD_DOES_NOT_FIT: row(
    'input',
    2,
    'The image does not fit the board.',
    'Choose a smaller buffer size, a smaller library, or a larger board.',
  ),
  BUILD_OVER_BUDGET: row(
    'input',
    2,
    'The library takes more RAM or flash than allowed; nothing was written.',
    'Raise the limit, or search again with --max-ram.',
  ),
  BUILD_STACK_UNBOUNDED: row(
    'product',
    2,
    'No bound of the stack can be told: a function may call itself, or the size of a frame shows only at run time.',
    'Report it with the library; every kernel must have a fixed frame.',
  ),
  BUILD_KNOWLEDGE_PLACE: row(
    'input',
    2,
    'The knowledge section .neai would lie where it is not safe, or would be loaded.',
    'Leave its place to the linker script of the board.',
  ),
  ELF_INVALID: row('input', 2, 'A file is not a firmware image in ELF form.', 'Build the firmware again.'),
  // --- boards and rack
  BOARD_UNKNOWN: row('usage', 2, 'There is no board of this name.', 'Choose one of the boards listed.'),
  BOARD_INVALID: row(
    'configuration',
    2,
    'A board.json does not say what it has to say.',
    'Correct the key named; src/boards/schema.ts describes every one.',
  ),
  RACK_FILE_INVALID: row(
    'configuration',
    2,
    'The rack file does not say what a rack file has to say.',
    'Correct the place named; rack.example.yaml shows every field.',
  ),
  RACK_SLOT_UNKNOWN: row(
    'configuration',
    2,
    'The rack has no slot of this name.',
    'Choose one of the slots listed.',
  ),
  SLOT_BUSY: row('rack', 3, 'Another process is using this board.', 'Wait until it has finished, or end it.'),
  IDENTITY_MISMATCH: row(
    'rack',
    3,
    'What is plugged in is not the board that the rack names; nothing was erased.',
    'Compare probe serial number, chip and unique id with the rack file, and correct the wiring or the file.',
  ),
  IMAGE_WRONG_BOARD: row(
    'input',
    2,
    'The image was built for another board or does not fit into its flash.',
    'Build it for this board: neai build LIB --board BOARD.',
  ),
  // --- openocd
  OPENOCD_MISSING: row(
    'configuration',
    3,
    'OpenOCD could not be started.',
    'Install OpenOCD 0.12 or newer: apt-get install openocd.',
  ),
  OPENOCD_TOO_OLD: row('configuration', 3, 'OpenOCD is older than 0.12.', 'Install OpenOCD 0.12 or newer.'),
  OPENOCD_START_FAILED: row(
    'rack',
    3,
    'OpenOCD did not open its command port.',
    'Read the transcript: a board file or an adapter argument is refused, or the machine is overloaded.',
  ),
  OPENOCD_DIED: row(
    'rack',
    3,
    'OpenOCD ended in the middle of an operation.',
    'Run the command again; when it repeats, read the transcript.',
  ),
  OPENOCD_TIMEOUT: row(
    'rack',
    3,
    'OpenOCD did not finish within the deadline and was ended.',
    "Unplug and replug the probe, then run again; raise the slot's deadlineFactor on a slow machine.",
  ),
  OPENOCD_UNKNOWN: row(
    'rack',
    3,
    'OpenOCD failed with a text that is not in our table.',
    'Read the transcript, and report the text so that it gets a code of its own.',
  ),
  PROBE_NOT_FOUND: row(
    'rack',
    3,
    'No debug probe answers.',
    'Plug the probe in; for a virtual board, start it first.',
  ),
  PROBE_SERIAL_MISMATCH: row(
    'rack',
    3,
    'Probes are there, but none with this serial number.',
    "Compare the slot's probeSerial with the probe's serial number.",
  ),
  PROBE_BUSY: row('rack', 3, 'Another program holds the probe.', 'Close the other debugger, or wait for it.'),
  PROBE_LOST: row(
    'rack',
    3,
    'The connection to the probe broke in the middle of an operation.',
    'Check the cable, replug the probe, and run again.',
  ),
  PROBE_ACCESS: row(
    'configuration',
    3,
    'The system does not let this user open the probe.',
    'Install the udev rules of OpenOCD (60-openocd.rules) and replug the probe.',
  ),
  PROBE_FIRMWARE: row(
    'rack',
    3,
    "The probe's own firmware is too old or did not answer sensibly.",
    'Upgrade the ST-LINK firmware, then replug it.',
  ),
  TARGET_NO_VOLTAGE: row(
    'rack',
    3,
    'The probe sees no supply voltage on the target.',
    'Power the board; check the target jumper.',
  ),
  TARGET_CONNECT_FAILED: row(
    'rack',
    3,
    'The probe is there but cannot reach the chip.',
    'Check the debug jumpers and reset; power-cycle the board.',
  ),
  TARGET_WRONG_CHIP: row(
    'rack',
    3,
    'The chip identifies itself as another one than expected.',
    'Check which board is plugged in and which board the slot names.',
  ),
  TARGET_NOT_EXAMINED: row(
    'rack',
    3,
    'The debugger could not examine the core.',
    'Power-cycle the board and run again.',
  ),
  TARGET_NOT_HALTED: row(
    'rack',
    3,
    'The core did not halt when asked to.',
    'Reset or power-cycle the board and run again.',
  ),
  TARGET_TIMED_OUT: row(
    'rack',
    3,
    'Code that the debugger started on the chip did not finish.',
    'Power-cycle the board and run again.',
  ),
  MEMORY_ACCESS_FAILED: row(
    'rack',
    3,
    'The chip refused an access to its memory.',
    'Check the address, and that the board has power.',
  ),
  FLASH_RANGE_REFUSED: row(
    'rack',
    3,
    'OpenOCD sees another flash layout than the board file declares.',
    'Compare board.json with the chip: flash start, size and erase units.',
  ),
  FLASH_PROTECTED: row(
    'rack',
    3,
    "The chip's flash is protected against reading or writing.",
    'This software never writes option bytes: unlock the chip by hand if its content may be lost.',
  ),
  FLASH_ERASE_FAILED: row(
    'rack',
    3,
    'A flash page could not be erased.',
    'Power-cycle the board and run again; a page that keeps failing is worn out.',
  ),
  FLASH_PROGRAM_FAILED: row(
    'rack',
    3,
    'Writing to flash failed.',
    'Power-cycle the board and run again; a page that keeps failing is worn out.',
  ),
  FLASH_VERIFY_FAILED: row(
    'rack',
    3,
    'Flash reads back differently from what was written.',
    'Run again; a page that keeps failing is worn out.',
  ),
  // --- serial and protocol
  PORT_NOT_FOUND: row(
    'rack',
    3,
    "The probe's serial port is not there.",
    "Check the cable and the slot's portFolder; the port's name carries the probe's serial number.",
  ),
  PORT_BUSY: row(
    'rack',
    3,
    'Another program holds the serial port.',
    'Close the other terminal; ModemManager is a frequent guest.',
  ),
  PORT_ACCESS: row(
    'configuration',
    3,
    'The system does not let this user open the serial port.',
    'Add the user to the group that owns the port (dialout on Debian), then log in again.',
  ),
  PORT_CLOSED: row(
    'rack',
    3,
    'The serial port went away while it was in use.',
    'Check cable and power, then run again.',
  ),
  PORT_TIMEOUT: row(
    'rack',
    3,
    'The serial port did not open, send or close within the deadline.',
    'Replug the board, then run again.',
  ),
  BOARD_SILENT: row(
    'product',
    3,
    'The board sends nothing at all.',
    'Check that firmware is flashed and the core runs.',
  ),
  BOARD_GARBLED: row(
    'rack',
    3,
    'Bytes arrive, but no frame and no text can be read in them: the baud rates differ, or the line is bad.',
    'Check the baud rate on both sides.',
  ),
  BOARD_NO_PROTOCOL: row(
    'product',
    3,
    'The board prints text but does not answer the protocol.',
    'Flash the firmware of this project; read the console text.',
  ),
  HOST_LIBRARY_FAILED: row(
    'product',
    3,
    'The C library, running as a process on this computer, has ended or does not answer.',
    'Read how it ended in the evidence; a crash is a defect of the generated library.',
  ),
  SELF_CHECK_UNFIT: row(
    'configuration',
    3,
    'This installation misses a defect that was planted for it to find, or sees one where there is none: it is not fit to judge.',
    'Read which in the table; check compilers, flags and versions with neai doctor, and report it with the kept folder (--keep).',
  ),
  RECORD_OTHER_CALLS: row(
    'usage',
    2,
    'The recorded run made other calls, of other signals, at another sensitivity, or with another library, than are to be compared with it.',
    'Leave --learn and --detect out to make the calls of the record again, and name the library it was made with.',
  ),
  BOARD_FAULT: row(
    'product',
    3,
    'The core stands in a fault handler or is locked up.',
    'Read program counter and fault registers in the evidence and the panic report in the console.',
  ),
  PROTOCOL_BAD_CRC: row(
    'rack',
    3,
    'Frames arrive from the board, but damaged ones only.',
    'Check cable, ground and baud rate; run again at 115200.',
  ),
  PROTOCOL_NO_ANSWER: row(
    'product',
    3,
    'The board speaks the protocol but did not answer this request within its deadline.',
    'Read the console text; a call that takes longer than the board declared is a defect of the firmware.',
  ),
  PROTOCOL_BAD_PAYLOAD: row(
    'product',
    3,
    'A payload is not canonical CBOR of the shape in the table of commands.',
    'Build firmware and host from the same sources; report it if they are.',
  ),
  PROTOCOL_MISMATCH: row(
    'configuration',
    3,
    'The board is not the one, or runs not the firmware or library, that this session needs; the field is named.',
    'Flash the board again from these sources.',
  ),
  PROTOCOL_REFUSED: row(
    'product',
    3,
    'The board refused a request; its reason is one of the refusals in docs/protocol.md.',
    'Read the reason; the board is ready for the next request.',
  ),
  PROTOCOL_SESSION_LOST: row(
    'rack',
    3,
    'The session cannot go on: an earlier request ended without an answer, or somebody else greeted the board.',
    'Settle the open request and open a new session.',
  ),
  BOARD_RESET_IN_SESSION: row(
    'product',
    3,
    'The board was reset while a session was open.',
    'Read the reset cause and the console text; check power and watchdog.',
  ),
  // --- knowledge
  KNOWLEDGE_FILE_INVALID: row(
    'input',
    2,
    'A file is no backup of knowledge, or a damaged one.',
    'Take the backup again: neai backup.',
  ),
  KNOWLEDGE_FILE_VERSION: row(
    'input',
    2,
    'A backup is of a format version that this program does not know.',
    'Use the program version that wrote it.',
  ),
  LIBRARY_NOT_AUTHORISED: row(
    'input',
    2,
    'The library is limited to other boards: on this one initialize, detect and get_status answer 123.',
    'Take a board that the library is made for, or build it for this one: neai build --only-for.',
  ),
  KNOWLEDGE_OTHER_LIBRARY: row(
    'input',
    2,
    'A backup is of another library than the one on the board.',
    'Restore it into a board with its own library; knowledge cannot be moved between libraries.',
  ),
  KNOWLEDGE_OTHER_VERSION: row(
    'input',
    2,
    'A backup is of another version of the knowledge than the library on the board writes.',
    'Build the firmware with the version that wrote the backup, or learn again.',
  ),
  KNOWLEDGE_OTHER_SIZE: row(
    'input',
    2,
    'A backup has another size than the knowledge of the library on the board.',
    'Restore a backup that was taken from this library.',
  ),
  KNOWLEDGE_EMPTY: row(
    'input',
    2,
    'The library on the board is not initialised: there is no knowledge.',
    'Initialize and learn first, or restore a backup; a reset forgets what was not stored.',
  ),
  KNOWLEDGE_BUSY: row(
    'rack',
    3,
    'A call into the library is running: knowledge is neither read nor written now.',
    'Wait for the answer to the call, then run the command again.',
  ),
  KNOWLEDGE_INCOMPLETE: row(
    'rack',
    3,
    'A restore was begun and not finished: what lies in .neai is no knowledge.',
    'Restore again, or initialize.',
  ),
  KNOWLEDGE_NOT_KEPT: row(
    'rack',
    3,
    'The board holds other knowledge than what was written or read.',
    'Run the command again; look for somebody else who uses the board.',
  ),
  KNOWLEDGE_PLACE_UNKNOWN: row(
    'configuration',
    3,
    'The firmware on the board does not say by SWD where its knowledge lies.',
    'Flash the firmware of this project, or name its image with --elf.',
  ),
  RAM_USED_BY_PROBE: row(
    'rack',
    3,
    'A debug probe has run code in RAM since the last reset: knowledge may have been overwritten.',
    'Reset the board, learn again (or load or restore), and keep debuggers off until the backup.',
  ),
  STORE_NONE: row(
    'configuration',
    2,
    'This board has no flash pages for knowledge.',
    'Use backup and restore instead of knowledge dump and load.',
  ),
  STORE_EMPTY: row(
    'input',
    2,
    'No valid knowledge is stored in the flash of this board.',
    'Store it first: neai knowledge dump.',
  ),
  STORE_FAILED: row(
    'rack',
    3,
    'A flash page for knowledge could not be erased or written.',
    'Run the command again; a page that keeps failing is worn out.',
  ),
  // --- runs
  RUN_FOLDER: row(
    'configuration',
    2,
    'The folder for the results of a run could not be made.',
    'Name a folder that can be written with --out.',
  ),
  // --- scenarios
  BROKER_START_FAILED: row(
    'configuration',
    3,
    'The process that holds the boards for scenarios did not start.',
    'Read its message; npm run setup installs what it needs.',
  ),
  BROKER_LOST: row(
    'rack',
    3,
    'The process that holds the boards for scenarios has gone.',
    'Run the scenarios again; when it repeats, read its log, broker.log beside the reports.',
  ),
  SLOT_WAIT: row(
    'rack',
    3,
    'No board of this kind became free in time.',
    'Use fewer workers, add slots to the rack file, or wait for whoever holds the boards.',
  ),
  BOARD_NOT_FRESH: row(
    'product',
    3,
    'A board knows something right after a reset, though nothing is stored in its flash.',
    'Look at what start-up leaves of .neai; the scenario that ran before is named.',
  ),
  SCENARIO_FILE_INVALID: row(
    'input',
    2,
    'A scenario written as data does not say what it has to say.',
    'Correct the place named; docs/scenarios-yaml.md describes every step.',
  ),
  EXPECTATION_MISSED: row(
    'product',
    1,
    'A board did not do what a scenario written as data expects of it.',
    'Compare the step named with what the board answered; frames and scores are in the evidence.',
  ),
  // --- virtual board
  VIRTUAL_CPU_UNAVAILABLE: row(
    'configuration',
    3,
    'The CPU emulator library libunicorn could not be loaded.',
    'Install the package libunicorn2 (Debian) in version 2.0.1 or later.',
  ),
  VIRTUAL_CPU_SELF_TEST: row(
    'configuration',
    3,
    'The CPU emulator library does not behave as the core it was asked to be.',
    'Install libunicorn 2.0.1 as packaged by Debian 12; other versions are refused until they pass.',
  ),
  VIRTUAL_CPU_FAILED: row(
    'internal',
    3,
    'The virtual core stopped for a reason that is not part of the architecture.',
    'Report it with the evidence named.',
  ),
  VIRTUAL_PROGRAM: row(
    'internal',
    3,
    'A program on a bare virtual core did not do what it was started for.',
    'Look at the state named: a fault handler of its own, or a longer deadline.',
  ),
  VIRTUAL_MEMORY_MAP: row(
    'internal',
    3,
    'The memory map given to the virtual core is not usable.',
    'Correct the addresses and sizes of the board facts.',
  ),
  VIRTUAL_PTY: row(
    'configuration',
    3,
    'The system gives the virtual board no pseudo terminal for its serial port.',
    'Check that /dev/ptmx and /dev/pts are there and not exhausted.',
  ),
  VIRTUAL_STATE: row(
    'input',
    2,
    "The virtual board's state folder holds a flash image that does not fit this board.",
    'Name another folder with --dir, or remove the image named.',
  ),
  VIRTUAL_FAMILY: row(
    'configuration',
    2,
    'There is no virtual board of this family.',
    'Use a real board, or one of the families listed in docs/virtual-board.md.',
  ),
  VIRTUAL_CONTROL: row(
    'rack',
    3,
    'The control socket of a virtual board did not do as asked.',
    'Look at what it answered; a board that has ended answers nothing.',
  ),
  VIRTUAL_START_FAILED: row(
    'rack',
    3,
    'The virtual board did not start.',
    'Read its message; npm run setup installs what it needs.',
  ),
  // --- record and report
  RECORD_INVALID: row(
    'input',
    2,
    'A run record cannot be read: it is missing, or its text does not follow the schema.',
    'Name a record.json that neai compare wrote.',
  ),
  RECORD_VERSION: row(
    'input',
    2,
    'A run record has a version that this neai does not read.',
    'Read it with the version of neai that its "tools" entry names, or run the comparison again.',
  ),
  REPORT_NOT_WRITTEN: row(
    'input',
    2,
    'A report page could not be written to the place asked for.',
    'Name a file in a folder that exists or can be made, with --out.',
  ),
  // --- libraries of others
  VENDOR_NOT_FOUND: row(
    'input',
    2,
    'A library to import cannot be read.',
    'Name the zip that NanoEdge AI Studio wrote, or the folder it was unpacked into.',
  ),
  VENDOR_ZIP_INVALID: row(
    'input',
    2,
    'A zip to import is damaged, too large, or would write outside its folder.',
    'Download it again from the Studio; a zip that leaves its folder is not to be trusted.',
  ),
  VENDOR_INCOMPLETE: row(
    'input',
    2,
    'A library to import lacks its archive, its header, or functions that the header declares.',
    'Import the whole zip: libneai.a and NanoEdgeAI.h of the same compilation.',
  ),
  VENDOR_AMBIGUOUS: row(
    'input',
    2,
    'A folder to import holds several different libraries.',
    'Name the folder of one of them.',
  ),
  VENDOR_HEADER_INVALID: row(
    'input',
    2,
    'The header of a library to import is not understood.',
    'Give the NanoEdgeAI.h as the Studio wrote it (docs/vendor.md lists what is recognised).',
  ),
  VENDOR_ARCHIVE_INVALID: row(
    'input',
    2,
    'The archive of a library to import is damaged or for another machine.',
    'Give the libneai.a for Arm Cortex-M as the Studio wrote it.',
  ),
  VENDOR_FOLDER_INVALID: row(
    'input',
    2,
    'A folder of an imported library was changed after the import.',
    'Import the library again with neai import.',
  ),
  VENDOR_DOES_NOT_LINK: row(
    'configuration',
    2,
    'An imported library cannot be linked with the firmware of this board.',
    'Choose a board that neai import names, or have the library compiled for this one.',
  ),
  VENDOR_RIGHT_NOT_STATED: row(
    'usage',
    2,
    "A vendor's library would run on a virtual board.",
    "Read its licence: it may limit use to the vendor's own devices. Where it allows this, add --i-have-the-right.",
  ),
  VENDOR_NOT_AUTHORISED: row(
    'configuration',
    2,
    'An imported library says that it is not authorised on this board.',
    'Use a board that the library was compiled for, or a library without that limit.',
  ),
  VENDOR_DOES_NOT_START: row(
    'input',
    2,
    'An imported library answers its initialisation with an error of its own.',
    'Look its code up in its header; a classifier needs the knowledge.h that was made with its libneai.a.',
  ),
  VENDOR_EMULATOR_UNUSABLE: row(
    'configuration',
    2,
    "The vendor's emulator cannot be run on this computer.",
    'Import a zip with emulators for Linux; bubblewrap or unshare has to work (neai doctor).',
  ),
  VENDOR_EMULATOR_FAILED: row(
    'input',
    2,
    "The vendor's emulator refused its input, or answered what cannot be read.",
    'Look at what it answered; run it by hand with the same file.',
  ),
  // --- history, evidence, data sets
  HISTORY_UNREADABLE: row(
    'input',
    2,
    'The history cannot be opened, or is no history.',
    'Name another file with --history, or go without one with --no-history.',
  ),
  HISTORY_NEWER: row(
    'input',
    2,
    'The history was written by a newer neai.',
    'Use that version or a later one; this one would not know what it may change.',
  ),
  HISTORY_BUSY: row(
    'configuration',
    3,
    'Another process has held the history for too long.',
    'Look for a command that hangs, or name another file with --history.',
  ),
  HISTORY_RUN_UNKNOWN: row(
    'usage',
    2,
    'The history knows no such run.',
    'neai history lists the runs it knows.',
  ),
  HISTORY_RATCHET: row(
    'product',
    1,
    'A figure is worse than its baseline.',
    'Make it good again, or accept it: neai history accept RUN FIGURE --reason "…".',
  ),
  HISTORY_ALARM: row(
    'product',
    1,
    'A figure has changed.',
    'Look at what changed with it: neai history since; accept what is meant: neai history accept.',
  ),
  BUNDLE_INVALID: row(
    'input',
    2,
    'The file is no bundle of evidence.',
    'Name an evidence.zip that neai compare or neai evidence wrote.',
  ),
  BUNDLE_DAMAGED: row(
    'input',
    2,
    'A bundle of evidence is not what it was when it was written.',
    'Take another copy; what is named as damaged proves nothing any more.',
  ),
  FRAMES_INVALID: row(
    'input',
    2,
    'The file is no log of frames that can be replayed.',
    'Name the frames.log of a run, its folder, or its bundle of evidence.',
  ),
  REPLAY_DIFFERS: row(
    'product',
    1,
    'A replay gave other answers than were recorded.',
    'Look at the first answer that differs: the line, the firmware or the board was another one then.',
  ),
  DATASET_CHANGED: row(
    'input',
    2,
    'A file of signals is not the one that the registry of data sets names.',
    'Register it as a new version: neai dataset add; or bring back the file that was registered.',
  ),
  DATASET_REGISTRY: row(
    'input',
    2,
    'The registry of data sets cannot be read or written.',
    'Correct the place named; neai dataset add writes entries.',
  ),
} as const satisfies Record<string, ErrorCodeRow>;

export type ErrorCode = keyof typeof ERROR_CODES;
