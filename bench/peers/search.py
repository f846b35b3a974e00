"""The peer of the engine's benchmark: scikit-learn one-class models on the same lines and the same folds.

usage: python3 search.py JOB.json   (numpy and scikit-learn; Debian: python3-sklearn)

JOB.json: {"axes", "length", "regular", "abnormal", "heldOutRegular", "heldOutAbnormal": files of little-endian
binary32 values, one signal after the other; "folds": [{"learn": [...], "testFirst", "testEnd"}], "processes",
"repeats", "out": file for the scores}.

Prints one JSON object. Each of 6 feature sets x 6 models is fitted on every fold's learning lines and scores the
fold's regular lines and all abnormal lines: that, with features cached, is what is timed. Then, untimed, it is fitted
on the whole selection part and scores the held-out lines. Scores are distances over a reference (mean + 3 standard
deviations of the learning lines' scores), so that folds can be pooled; the reader of `out` calibrates and ranks them
by the engine's own code.
"""

import json
import multiprocessing
import os
import sys
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
import sklearn
from sklearn.cluster import KMeans
from sklearn.covariance import LedoitWolf
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.svm import OneClassSVM

warnings.filterwarnings("ignore")
TINY = 1e-12


# ---- feature sets: [lines, samples, axes] -> [lines, features] ----


def raw(x):
    return x.reshape(len(x), -1)


def raw_std(x):
    centred = x - x.mean(axis=1, keepdims=True)
    return (centred / (x.std(axis=1, keepdims=True) + TINY)).reshape(len(x), -1)


def time_stats(x):
    mean = x.mean(axis=1)
    deviation = x.std(axis=1)
    unit = (x - mean[:, None]) / (deviation[:, None] + TINY)
    steps = np.abs(np.diff(x, axis=1)).mean(axis=1)
    crossings = (np.diff(np.signbit(x - mean[:, None]), axis=1) != 0).mean(axis=1)
    parts = [mean, log(deviation), (unit**3).mean(axis=1), log((unit**4).mean(axis=1))]
    parts += [log(np.ptp(x, axis=1)), log(steps), crossings]
    return np.concatenate(parts, axis=1)


def spectrum(x):
    centred = x - x.mean(axis=1, keepdims=True)
    return np.abs(np.fft.rfft(centred * np.hanning(x.shape[1])[None, :, None], axis=1))[:, 1:]


def log(x):
    return np.log2(x + 2.0**-40)


def bands(x, edges):
    power = spectrum(x) ** 2
    energies = [power[:, a:b].sum(axis=1) for a, b in zip(edges[:-1], edges[1:]) if b > a]
    return log(np.concatenate(energies, axis=1))


def bands_lin8_log(x):
    bins = x.shape[1] // 2
    return bands(x, [i * bins // 8 for i in range(9)])


def bands_oct10_log(x):
    bins = x.shape[1] // 2
    edges = [0] + [2**i for i in range(10) if 2**i < bins] + [bins]
    return bands(x, edges[-11:])


def fft_magnitude(x):
    return spectrum(x).reshape(len(x), -1)


FEATURES = [raw, raw_std, time_stats, bands_lin8_log, bands_oct10_log, fft_magnitude]
SHORTEST = {raw: 1, raw_std: 4, time_stats: 4, bands_lin8_log: 16, bands_oct10_log: 8, fft_magnitude: 4}


# ---- models: fit on standardised lines, answer a distance >= 0 of any lines ----


def gaussian(z):
    mean, variance = z.mean(axis=0), z.var(axis=0) + 1e-9
    return lambda q: np.sqrt((((q - mean) ** 2) / variance).mean(axis=1))


def ledoit_wolf(z):
    model = LedoitWolf().fit(z)
    return lambda q: np.sqrt(model.mahalanobis(q) / z.shape[1])


def kmeans8(z):
    model = KMeans(n_clusters=min(8, len(z)), n_init=3, random_state=0).fit(z)
    return lambda q: model.transform(q).min(axis=1)


def pca(z):
    model = PCA(n_components=0.95, svd_solver="full").fit(z)
    return lambda q: np.sqrt(((q - model.inverse_transform(model.transform(q))) ** 2).mean(axis=1))


def one_class_svm(z):
    model = OneClassSVM(nu=0.05, gamma="scale").fit(z)
    most = model.score_samples(z).max()
    return lambda q: np.maximum(0, most - model.score_samples(q))


def isolation_forest(z):
    model = IsolationForest(n_estimators=100, random_state=0).fit(z)
    return lambda q: -model.score_samples(q)


MODELS = [gaussian, ledoit_wolf, kmeans8, pca, one_class_svm, isolation_forest]


def fit(model, lines):
    """Distance over reference as a function of lines."""
    mean, deviation = lines.mean(axis=0), lines.std(axis=0) + 1e-9
    learned = (lines - mean) / deviation
    distance = model(learned)
    own = distance(learned)
    reference = own.mean() + 3 * own.std() + 2.0**-20
    return lambda q: distance((q - mean) / deviation) / reference


def cross_validate(job, features, model):
    regular, abnormal = features["regular"], features["abnormal"]
    answer = []
    for fold in job["folds"]:
        ratio = fit(model, regular[fold["learn"]])
        answer.append((ratio(regular[fold["testFirst"] : fold["testEnd"]]), ratio(abnormal)))
    return answer


CACHE = {}
JOB = {}


def timed(task):
    features, model = CACHE[task[0]], MODELS[task[1]]
    return cross_validate(JOB, features, model)


def untimed(task):
    features, model = CACHE[task[0]], MODELS[task[1]]
    ratio = fit(model, features["regular"])
    return ratio(features["heldOutRegular"]), ratio(features["heldOutAbnormal"])


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        JOB.update(json.load(file))
    axes, length = JOB["axes"], JOB["length"]
    parts = {}
    for part in ("regular", "abnormal", "heldOutRegular", "heldOutAbnormal"):
        values = np.fromfile(JOB[part], dtype="<f4").astype(np.float64)
        parts[part] = values.reshape(-1, length, axes)
    for index, feature in enumerate(FEATURES):
        if length >= SHORTEST[feature]:
            CACHE[index] = {part: feature(lines) for part, lines in parts.items()}
    tasks = [(feature, model) for feature in CACHE for model in range(len(MODELS))]
    # forked: every process has the features already
    with multiprocessing.get_context("fork").Pool(JOB["processes"]) as pool:
        cheap = [task for task in tasks if MODELS[task[1]] is not isolation_forest]
        pool.map(timed, cheap[: 2 * JOB["processes"]], chunksize=1)  # warms up
        rates = []
        for _ in range(JOB["repeats"]):
            started = time.perf_counter()
            # the slow ones first, so that neither process waits for the other at the end
            order = sorted(tasks, key=lambda task: -task[1])
            folds = dict(zip(order, pool.map(timed, order, chunksize=1)))
            rates.append(len(tasks) / (time.perf_counter() - started))
        held_out = dict(zip(tasks, pool.map(untimed, tasks, chunksize=1)))
    with open(JOB["out"], "wb") as out:
        for task in tasks:
            for regular, abnormal in folds[task]:
                out.write(regular.astype("<f4").tobytes() + abnormal.astype("<f4").tobytes())
            for ratios in held_out[task]:
                out.write(ratios.astype("<f4").tobytes())
    names = [f"{FEATURES[f].__name__} + {MODELS[m].__name__}" for f, m in tasks]
    print(json.dumps({"version": sklearn.__version__, "names": names, "rates": rates}))


if __name__ == "__main__":
    main()
