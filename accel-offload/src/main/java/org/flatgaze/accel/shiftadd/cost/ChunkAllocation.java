package org.flatgaze.accel.shiftadd.cost;

/**
 * Processing elements by kind under an area, as NASA divides them: each kind in proportion to its operations, so that all
 * chunks finish together. First the closed form with fractions of elements, then the best whole numbers under the area.
 *
 * @param multiplyShare fractional elements that multiply
 * @param shiftShare fractional elements that shift
 * @param addShare fractional elements that subtract
 * @param idealCycles cycles of the fractional division
 * @param multiply whole elements that multiply
 * @param shift whole elements that shift
 * @param add whole elements that subtract
 * @param cycles cycles of the slowest chunk with whole elements, every element busy
 * @param bottleneck the slowest chunk
 */
public record ChunkAllocation(
        double multiplyShare,
        double shiftShare,
        double addShare,
        double idealCycles,
        int multiply,
        int shift,
        int add,
        double cycles,
        LayerKind bottleneck) {

    /** Elements around the closed form that are tried. */
    private static final int NEIGHBOURS = 4;

    /**
     * Divides an area.
     *
     * @param multiplications operations of a frame that multiply; 0 leaves the chunk out
     * @param shifts operations that shift
     * @param additions operations that subtract
     * @throws IllegalArgumentException if the area does not hold one element of every kind needed
     */
    public static ChunkAllocation divide(
            long multiplications, long shifts, long additions, ChunkAreas areas, double area) {
        if (multiplications < 0 || shifts < 0 || additions < 0 || multiplications + shifts + additions == 0) {
            throw new IllegalArgumentException("multiplications=" + multiplications + " shifts=" + shifts
                    + " additions=" + additions + ": expected >= 0 and not all 0");
        }
        double least = (multiplications > 0 ? areas.multiply() : 0)
                + (shifts > 0 ? areas.shift() : 0)
                + (additions > 0 ? areas.add() : 0);
        if (!(area >= least)) {
            throw new IllegalArgumentException(
                    "area=" + area + ": expected at least " + least + " for one element of every kind needed");
        }
        double perOperation =
                area / (multiplications * areas.multiply() + shifts * areas.shift() + additions * areas.add());
        double multiplyShare = multiplications * perOperation;
        double shiftShare = shifts * perOperation;
        double addShare = additions * perOperation;
        ChunkAllocation best = null;
        for (int m = lowest(multiplyShare); m <= highest(multiplyShare); m++) {
            for (int s = lowest(shiftShare); s <= highest(shiftShare); s++) {
                double left = area - m * areas.multiply() - s * areas.shift();
                int a = additions == 0 ? 0 : (int) Math.floor(left / areas.add() + 1e-9);
                if (left < -1e-9 || (additions > 0 && a < 1)) {
                    continue;
                }
                ChunkAllocation candidate = new ChunkAllocation(
                        multiplyShare,
                        shiftShare,
                        addShare,
                        1 / perOperation,
                        m,
                        s,
                        a,
                        cycles(multiplications, m, shifts, s, additions, a),
                        bottleneck(multiplications, m, shifts, s, additions, a));
                if (best == null || candidate.cycles < best.cycles) {
                    best = candidate;
                }
            }
        }
        if (best == null) {
            throw new IllegalArgumentException("area=" + area + ": no whole number of elements fits; expected more");
        }
        return best;
    }

    private static int lowest(double share) {
        return share == 0 ? 0 : Math.max(1, (int) share - NEIGHBOURS);
    }

    private static int highest(double share) {
        return share == 0 ? 0 : (int) Math.ceil(share) + NEIGHBOURS;
    }

    private static double cycles(long multiplications, int m, long shifts, int s, long additions, int a) {
        return Math.max(time(multiplications, m), Math.max(time(shifts, s), time(additions, a)));
    }

    private static LayerKind bottleneck(long multiplications, int m, long shifts, int s, long additions, int a) {
        double worst = cycles(multiplications, m, shifts, s, additions, a);
        return time(multiplications, m) == worst
                ? LayerKind.CONV
                : time(shifts, s) == worst ? LayerKind.SHIFT : LayerKind.ADD;
    }

    private static double time(long operations, int elements) {
        return operations == 0 ? 0 : (double) operations / elements;
    }
}
