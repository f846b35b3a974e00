"""
A stand-in for generation 5's emulator script: the shared library's own answers, in the original's words. The separator is
guessed from the first 1024 characters, as there; where the guess fails (often with commas) it is the space.
"""
import argparse
import csv
import ctypes
from pathlib import Path

NAMES = ['NEAI_OK', 'NEAI_ERROR', 'NEAI_NOT_INITIALIZED', 'NEAI_INVALID_PARAM', 'NEAI_NOT_SUPPORTED',
         'NEAI_LEARNING_DONE', 'NEAI_LEARNING_IN_PROGRESS']
LEARNING_DONE = 5


def signals_of(path, length):
    with open(path, 'r') as file:
        sample = file.read(1024)
        file.seek(0)
        try:
            delimiter = csv.Sniffer().sniff(sample).delimiter
        except csv.Error:
            delimiter = ' '
        rows = [[float(value) for value in row if value.strip()] for row in csv.reader(file, delimiter=delimiter)]
    for row in rows:
        if row and len(row) != length:
            raise ValueError(f'Expected signal length {length}, got {len(row)}')
    return [(ctypes.c_float * length)(*row) for row in rows if row]


def classify(library, args, length):
    print('Detected algorithm type: Classification')
    library.neai_get_class_name.restype = ctypes.c_char_p
    library.neai_classification_init()
    probabilities = (ctypes.c_float * library.neai_get_number_of_classes())()
    signals = signals_of(args.detect, length)
    print(f'\nDetecting from: {args.detect}\nDetection results ({len(signals)} signals):')
    for number, signal in enumerate(signals, 1):
        number_of_class = ctypes.c_int(0)
        state = library.neai_classification(signal, probabilities, ctypes.byref(number_of_class))
        name = library.neai_get_class_name(number_of_class.value).decode()
        verdict = f'{name} (Class ID {number_of_class.value})'
        print(f'  Signal {number:>4}: {verdict if state == 0 else "Error - " + NAMES[state]}')


def run(args):
    library = ctypes.CDLL(str(Path(args.lib)))  # as there: './libneai.so' becomes a bare name, and is not found
    length = library.neai_get_input_signal_size() * library.neai_get_axis_number()
    if hasattr(library, 'neai_classification'):
        classify(library, args, length)
        return
    print('Detected algorithm type: Anomaly Detection')
    state = library.neai_anomalydetection_init(ctypes.c_bool(args.ad_use_embedded_knowledge))
    if state != 0:
        raise RuntimeError(f'initialisation answered {NAMES[state]}')
    if args.learn:
        print(f'\nLearning from: {args.learn}')
        states = [library.neai_anomalydetection_learn(signal) for signal in signals_of(args.learn, length)]
        if LEARNING_DONE in states:
            print(f'Learning complete! ({len(states)} signals)')
        else:
            print(f'Learning still in progress after {len(states)} signals. More data may be needed.')
    if args.detect:
        print(f'\nDetecting from: {args.detect}')
        results = []
        for signal in signals_of(args.detect, length):
            similarity = ctypes.c_uint8(0)
            results.append((library.neai_anomalydetection_detect(signal, ctypes.byref(similarity)), similarity.value))
        if args.verbose:
            print(f'Detection results ({len(results)} signals):')
            for number, (state, value) in enumerate(results, 1):
                verdict = f'Similarity {value:>3}% - {"Nominal" if value >= 90 else "Anomaly"}'
                print(f'  Signal {number:>4}: {verdict if state == 0 else "Error - " + NAMES[state]}')
        nominal = sum(1 for _, value in results if value >= 90)
        print(f'\nDetection summary ({len(results)} signals):')
        print(f'  Nominal: {nominal} signals\n  Anomaly: {len(results) - nominal} signals')
        errors = sum(1 for state, _ in results if state != 0)
        if errors:
            print(f'Detection errors: {errors} signals')


parser = argparse.ArgumentParser()
parser.add_argument('--lib', default=str(Path(__file__).parent / 'libneai.so'))
parser.add_argument('--learn')
parser.add_argument('--detect')
parser.add_argument('--ad_use_embedded_knowledge', action='store_true')
parser.add_argument('-v', '--verbose', action='store_true')
try:
    run(parser.parse_args())
except Exception as error:  # as the original: in words, and with status 0
    print(f'\nError: {error}')
