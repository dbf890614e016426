package org.flatgaze.accel.shiftadd.cost;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * All ways to write a loop bound as an ordered product, in the order the published mapper tries them: the order decides
 * between mappings of equal merit, so it is part of the result.
 */
final class Tilings {

    private Tilings() {}

    /** Ordered factorisations of {@code bound} into {@code levels} factors. */
    static List<int[]> of(int bound, int levels) {
        List<int[]> all = new ArrayList<>();
        extend(bound, 0, new int[levels], all);
        return all;
    }

    /**
     * Drops what matches, except that an element right after a dropped one is never looked at: the published program
     * removes from the list it walks. The constraints checked later catch most of what slips through.
     */
    static void removeWhileWalking(List<int[]> tilings, Predicate<int[]> unwanted) {
        for (int i = 0; i < tilings.size(); i++) {
            if (unwanted.test(tilings.get(i))) {
                tilings.remove(i);
            }
        }
    }

    private static void extend(int rest, int level, int[] factors, List<int[]> all) {
        if (level == factors.length - 1) {
            int[] complete = factors.clone();
            complete[level] = rest;
            all.add(complete);
            return;
        }
        for (int factor : divisors(rest)) {
            factors[level] = factor;
            extend(rest / factor, level + 1, factors, all);
        }
    }

    /** Divisors in the order of "take the next prime factor or leave it", primes ascending. */
    private static Set<Integer> divisors(int number) {
        return products(1, primeFactors(number), 0);
    }

    private static Set<Integer> products(int product, List<Integer> primes, int from) {
        Set<Integer> ordered = new LinkedHashSet<>();
        if (from == primes.size()) {
            ordered.add(product);
            return ordered;
        }
        ordered.addAll(products(product * primes.get(from), primes, from + 1));
        ordered.addAll(products(product, primes, from + 1));
        return ordered;
    }

    private static List<Integer> primeFactors(int number) {
        List<Integer> primes = new ArrayList<>();
        int rest = number;
        for (int prime = 2; prime * prime <= rest; prime++) {
            while (rest % prime == 0) {
                primes.add(prime);
                rest /= prime;
            }
        }
        if (rest > 1) {
            primes.add(rest);
        }
        return primes;
    }
}
