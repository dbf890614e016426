/** JCStress: what may and what must never be seen when the hand-overs of the frame path run on real threads. */
package org.flatgaze.tests.stress;
