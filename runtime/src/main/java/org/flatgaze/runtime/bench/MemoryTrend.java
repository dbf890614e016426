package org.flatgaze.runtime.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Heap and resident memory over a run: a leak of either shows as a slope.
 *
 * <p>Heap here is what collections have left, that is all but the part where new objects are made, whose fill says nothing.
 * Resident memory is without mapped files: the frames that a bench plays are one, and come in while it plays. One thread looks now and then; at first every second, and each time the room is used up, half as often. A slope is the straight line
 * through the last three quarters, because a run settles at first.
 */
final class MemoryTrend implements AutoCloseable {

    private static final int ROOM = 512;
    private static final long FIRST_INTERVAL_NANOS = 1_000_000_000L;
    private static final int LEAST_POINTS = 8;
    private static final double MINUTE_NANOS = 60e9;
    private static final byte[] KEY = {'R', 's', 's', 'A', 'n', 'o', 'n', ':'};

    private final List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP && !pool.getName().contains("Eden"))
            .toList();
    private final byte[] status = new byte[4096];
    private final RandomAccessFile file;
    private final long[] nanos = new long[ROOM];
    private final double[] heapMb = new double[ROOM];
    private final double[] rssMb = new double[ROOM];
    private final long begun;
    private long interval = FIRST_INTERVAL_NANOS;
    private long due;
    private int count;

    /** @param now when the run begins */
    MemoryTrend(long now) {
        this.begun = now;
        this.due = now;
        this.file = open();
    }

    /** Null where there is no such system: resident memory is then unknown. */
    private static RandomAccessFile open() {
        try {
            return new RandomAccessFile("/proc/self/status", "r");
        } catch (IOException _) {
            return null;
        }
    }

    /** Looks, if it is time. */
    void look(long now) {
        if (now - due >= 0) {
            note(now, heapBytes() / 1e6, rssBytes() / 1e6);
        }
    }

    /** Takes note of figures in MB. */
    void note(long now, double heapUsedMb, double residentMb) {
        if (count == ROOM) {
            thin();
        }
        nanos[count] = now;
        heapMb[count] = heapUsedMb;
        rssMb[count] = residentMb;
        count++;
        due = now + interval;
    }

    private void thin() {
        for (int i = 0; 2 * i < count; i++) {
            nanos[i] = nanos[2 * i];
            heapMb[i] = heapMb[2 * i];
            rssMb[i] = rssMb[2 * i];
        }
        count = (count + 1) / 2;
        interval *= 2;
    }

    private double heapBytes() {
        long used = 0;
        for (MemoryPoolMXBean pool : heap) {
            used += pool.getUsage().getUsed();
        }
        return used;
    }

    /** Read by hand: the reading should not make the garbage that is being measured. */
    private double rssBytes() {
        if (file == null) {
            return Double.NaN;
        }
        try {
            file.seek(0);
            int length = file.read(status);
            for (int i = 0; i + KEY.length < length; i++) {
                if (Arrays.equals(status, i, i + KEY.length, KEY, 0, KEY.length)) {
                    return 1024.0 * number(i + KEY.length, length);
                }
            }
        } catch (IOException _) {
            // As where there is no such file.
        }
        return Double.NaN;
    }

    private long number(int from, int length) {
        long number = 0;
        boolean inside = false;
        for (int i = from; i < length; i++) {
            boolean digit = status[i] >= '0' && status[i] <= '9';
            if (inside && !digit) {
                break;
            }
            inside = digit;
            number = digit ? 10 * number + status[i] - '0' : number;
        }
        return number;
    }

    /** Points so far. */
    int count() {
        return count;
    }

    /** Time of a point since the beginning, s. */
    double seconds(int i) {
        return (nanos[i] - begun) * 1e-9;
    }

    double heapMb(int i) {
        return heapMb[i];
    }

    double rssMb(int i) {
        return rssMb[i];
    }

    /** Growth of the heap, MB a minute; NaN where the run was too short to say. */
    double heapMbPerMinute() {
        return slope(heapMb);
    }

    /** Growth of resident memory, MB a minute; NaN where the run was too short to say. */
    double rssMbPerMinute() {
        return slope(rssMb);
    }

    /** Least squares. */
    private double slope(double[] values) {
        int from = count / 4;
        int points = count - from;
        if (points < LEAST_POINTS) {
            return Double.NaN;
        }
        double meanX = 0;
        double meanY = 0;
        for (int i = from; i < count; i++) {
            meanX += (nanos[i] - begun) / MINUTE_NANOS / points;
            meanY += values[i] / points;
        }
        double xy = 0;
        double xx = 0;
        for (int i = from; i < count; i++) {
            double x = (nanos[i] - begun) / MINUTE_NANOS - meanX;
            xy += x * (values[i] - meanY);
            xx += x * x;
        }
        return xy / xx;
    }

    /** The JSON result. */
    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("heap_mb_per_min", Figures.rounded(heapMbPerMinute()));
        json.put("rss_anon_mb_per_min", Figures.rounded(rssMbPerMinute()));
        List<Object> seconds = new ArrayList<>();
        List<Object> heaps = new ArrayList<>();
        List<Object> residents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            seconds.add(Figures.rounded(seconds(i)));
            heaps.add(Figures.rounded(heapMb[i]));
            residents.add(Figures.rounded(rssMb[i]));
        }
        json.put("seconds", seconds);
        json.put("heap_mb", heaps);
        json.put("rss_anon_mb", residents);
        return json;
    }

    @Override
    public void close() {
        try (file) {
            due = Long.MAX_VALUE;
        } catch (IOException _) {
            // It was only read.
        }
    }
}
