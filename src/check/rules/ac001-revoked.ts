import type { CommittedLoss } from '../trace/statement-trace.js';
import { blame } from './blame.js';
import type { Problem, Rule } from './rule.js';

export const ac001: Rule = {
  id: 'AC001',
  title: 'rights that are taken away',
  why: 'A right is missed by the next statement that needs it: the application that runs now fails at once, without any lock. An object that is dropped and made again has lost its grants, too.',
  safe: 'Give the rights of what is made anew in the same migration. Take rights away when nothing uses them any more, and say so: `-- pawl:allow AC001 <since when nobody needs it>`.',
  check: ({ losses, statements }) => {
    const groups = new Map<string, { loss: CommittedLoss; role: string; privileges: string[] }>();
    for (const loss of losses.filter(({ use }) => use === 'right')) {
      const [, privilege = '', role = ''] = /^(.*) for (.*)$/s.exec(loss.name) ?? [];
      const key = `${loss.commit} ${loss.of} ${role}`;
      const group = groups.get(key) ?? { loss, role, privileges: [] };
      group.privileges.push(privilege);
      groups.set(key, group);
    }
    return [...groups.values()].flatMap(({ loss, role, privileges }): Problem[] => {
      const statement = blame(loss, statements);
      if (!statement) return [];
      const everybody = role === 'everybody';
      const who = everybody ? 'Roles without a grant of their own' : role;
      return [
        {
          statement,
          severity: everybody ? 'warning' : 'error',
          message: `${who} ${everybody ? 'have' : 'has'} no longer ${privileges.join(', ')} on ${loss.of}.`,
        },
      ];
    });
  },
};
