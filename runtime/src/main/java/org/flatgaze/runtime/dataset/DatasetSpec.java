package org.flatgaze.runtime.dataset;

import org.flatgaze.runtime.dataset.DatasetFormat.Split;

/**
 * What a set holds; two sets with equal specs have equal bytes.
 *
 * @param split which range of people
 * @param people number of people
 * @param framesPerPerson frames of each, spread evenly over the sessions
 * @param sessions times each person puts the headset on, each with its own slip
 * @param seed seed of everything that is not the person
 * @param peoplePerShard people that share a shard folder
 * @param raw whether the coded frames are kept as well, 614 KB each
 * @param wide whether wearings are disturbed (spectacles, lit pupils, blur, exposure) and seen through neighbouring devices
 */
public record DatasetSpec(
        Split split,
        int people,
        int framesPerPerson,
        int sessions,
        long seed,
        int peoplePerShard,
        boolean raw,
        boolean wide) {
    public DatasetSpec {
        if (people < 1 || people > 1_000_000) {
            throw new IllegalArgumentException("people=" + people + ": expected 1..1000000");
        }
        if (framesPerPerson < 1) {
            throw new IllegalArgumentException("frames=" + framesPerPerson + ": expected at least 1");
        }
        if (sessions < 1 || sessions > framesPerPerson) {
            throw new IllegalArgumentException(
                    "sessions=" + sessions + ": expected 1..frames (" + framesPerPerson + ")");
        }
        if (peoplePerShard < 1) {
            throw new IllegalArgumentException("peoplePerShard=" + peoplePerShard + ": expected at least 1");
        }
    }

    /** Number of shard folders. */
    public int shards() {
        return (people + peoplePerShard - 1) / peoplePerShard;
    }

    /** People in shard {@code shard}; only the last may be short. */
    public int peopleInShard(int shard) {
        return Math.min(peoplePerShard, people - shard * peoplePerShard);
    }
}
