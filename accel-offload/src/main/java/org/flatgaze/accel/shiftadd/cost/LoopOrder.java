package org.flatgaze.accel.shiftadd.cost;

/** Order of the loops over tiles, outermost first: M output channels, C input channels, E output rows. */
public enum LoopOrder {
    MCE,
    MEC,
    CME,
    CEM,
    EMC,
    ECM;

    /** How often a tile is fetched that depends on the loops named in {@code relevant}; inner idle loops reuse it. */
    long fetches(String relevant, long m, long c, long e) {
        long fetches = 1;
        boolean reused = true;
        for (int level = 2; level >= 0; level--) {
            char loop = name().charAt(level);
            long trips = loop == 'M' ? m : loop == 'C' ? c : e;
            // A loop of one trip moves nothing, so it does not end the reuse.
            reused &= trips == 1 || relevant.indexOf(loop) < 0;
            if (!reused) {
                fetches *= trips;
            }
        }
        return fetches;
    }
}
