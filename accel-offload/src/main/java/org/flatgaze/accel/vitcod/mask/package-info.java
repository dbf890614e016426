/** Fixed attention masks: from averaged attention to kept entries, global tokens and the denser and sparser parts. */
package org.flatgaze.accel.vitcod.mask;
